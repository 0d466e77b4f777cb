// Colour arithmetic by the formula of WCAG 2, for colours that somebody else's program chose.

const wanted = 4.5;

/** The colour itself where it can be read on the ground, otherwise moved towards white or black until it can. */
export function readable(colour, ground) {
  if (contrast(colour, ground) >= wanted) {
    return colour;
  }
  const towards = luminance(ground) > 0.18 ? "#000000" : "#ffffff";
  for (let share = 0.1; share < 1; share += 0.1) {
    const moved = mix(colour, towards, share);
    if (contrast(moved, ground) >= wanted) {
      return moved;
    }
  }
  return towards;
}

/** Of two #rrggbb colours, from 1 to 21. */
export function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** `share` of `other` in `one`. */
export function mix(one, other, share) {
  const [a, b] = [channels(one), channels(other)];
  return `#${a.map((c, n) => Math.round(c + (b[n] - c) * share).toString(16).padStart(2, "0")).join("")}`;
}

function luminance(colour) {
  const [r, g, b] = channels(colour).map(c => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function channels(colour) {
  const n = Number.parseInt(colour.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}
