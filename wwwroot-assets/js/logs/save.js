// The lines that are shown, as a file.

import { make } from "../live/dom.js";
import { asText } from "./draw.js";

/** Offers the rows as a file whose name carries what they belong to and the time they cover. */
export function download(rows, name, utc) {
  const kept = rows.filter(r => r.kind !== "day");
  const lines = kept.flatMap(row => Array(row.count ?? 1).fill(asText(row, utc)));
  const address = URL.createObjectURL(new Blob([lines.join("\n"), "\n"], { type: "text/plain;charset=utf-8" }));
  make("a", { href: address, download: fileName(kept, name) }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function fileName(rows, name) {
  const stamp = at => new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, "");
  const times = rows.filter(r => !r.item.gap).map(r => r.item.at);
  const range = times.length > 0 ? [stamp(times[0]), stamp(times.at(-1))] : [];
  return `${[name, ...range].join("-").replace(/[^\w.-]/g, "_")}.log`;
}
