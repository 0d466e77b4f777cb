// A line that is a JSON object, opened into its fields.

import { make } from "../live/dom.js";

const longest = 64 * 1024;
const most = 60;

/** The fields `[name, value]` of a line that is one JSON object; null for any other line. */
export function fieldsOf(text) {
  const line = text.trim();
  if (!line.startsWith("{") || !line.endsWith("}") || line.length > longest) {
    return null;
  }
  try {
    const fields = Object.entries(JSON.parse(line));
    return fields.length > 0 ? fields : null;
  } catch {
    return null; // looks like JSON and is none: it stays a plain line
  }
}

/** What to search for to find other lines with this field: as it stands in this line. */
export function searchFor(text, name, value) {
  const written = JSON.stringify(value);
  const places = [`${JSON.stringify(name)}:${written}`, `${JSON.stringify(name)}: ${written}`, typeof value === "string" ? value : written];
  return places.find(place => text.includes(place)) ?? places.at(-1);
}

/** The opened line: `only(search)` narrows the view to lines like it, absent where there is no search; `copy(text)` copies. */
export function fieldList(text, fields, { only, copy }) {
  const rows = fields.slice(0, most).map(([name, value]) => make("div", { class: "k-log-field" },
    make("dt", {}, name),
    make("dd", { class: typeof value === "string" ? "k-text" : "k-number" }, JSON.stringify(value)),
    make("dd", { class: "k-log-acts" },
      only && make("button", { type: "button", class: "k-log-fold", tabindex: "-1", onclick: () => only(searchFor(text, name, value)) }, "only this"),
      make("button", { type: "button", class: "k-log-fold", tabindex: "-1", onclick: () => copy(typeof value === "string" ? value : JSON.stringify(value)) }, "copy"))));
  return make("dl", { class: "k-log-fields" }, ...rows,
    fields.length > most && make("div", { class: "k-log-field" }, make("dt", {}, `${fields.length - most} more`), make("dd", {})));
}
