// Numbers in the words of the pages, the same as Kontena.Web/Ui/Amount.cs: 402 MB, 1.6 GB, 31 %, 1.2 MB/s.

const units = ["B", "KB", "MB", "GB", "TB", "PB"];

/** Multiples of 1024. Below ten of a unit there is one decimal from GB on, or everywhere when `exact`. */
export function bytes(value, exact = false) {
  let left = Math.max(0, value);
  let unit = 0;
  while (left >= 1000 && unit < units.length - 1) {
    left /= 1024;
    unit++;
  }
  const decimals = left < 10 && (unit >= 3 || (exact && unit > 0)) ? 1 : 0;
  return `${trimmed(left.toFixed(decimals))} ${units[unit]}`;
}

export function rate(value) {
  return `${bytes(value, true)}/s`;
}

/** Of one core, so that 250 % are two and a half cores. */
export function percent(value) {
  return value > 0 && value < 9.95 ? `${trimmed(value.toFixed(1))} %` : `${Math.round(value)} %`;
}

/** Steps between the lines of an axis: round numbers in units of 1024. */
export const byteSteps = units.flatMap((_, n) => [1, 2, 5, 10, 20, 50, 100, 200, 500].map(step => step * 1024 ** n));

export const percentSteps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1_000, 2_000, 5_000];

/** Seconds between the lines of a time axis. */
export const timeSteps = [1, 5, 10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200];

/** `14:27` on an axis, with seconds where lines stand closer than a minute. */
export function clock(seconds, precise = false) {
  const t = new Date(seconds * 1_000);
  const two = n => String(n).padStart(2, "0");
  return `${two(t.getHours())}:${two(t.getMinutes())}${precise ? `:${two(t.getSeconds())}` : ""}`;
}

function trimmed(text) {
  return text.replace(/\.0$/, "");
}
