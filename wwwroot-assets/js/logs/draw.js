// One row as elements. Whatever a container wrote ends in text nodes.

import { icon, make } from "../live/dom.js";
import { pieces } from "./ansi.js";
import { plainOf } from "./buffer.js";
import { fieldList, fieldsOf } from "./fields.js";

const shownCharacters = 4_000;
const sources = 6;

/** Which of the six name colours an instance has: always the same one. */
export function hue(instance) {
  // Instances of one service mostly differ by their number; neighbours get different colours.
  const number = /-(\d+)$/.exec(instance);
  if (number) {
    return (Number(number[1]) - 1 + sources) % sources;
  }
  let hash = 0;
  for (const c of instance) {
    hash = (hash * 31 + c.codePointAt(0)) >>> 0;
  }
  return hash % sources;
}

/** `14:27:41.208`, in local time or UTC. */
export function clock(at, utc) {
  const t = new Date(at);
  const two = n => String(n).padStart(2, "0");
  const [h, m, s, ms] = utc
    ? [t.getUTCHours(), t.getUTCMinutes(), t.getUTCSeconds(), t.getUTCMilliseconds()]
    : [t.getHours(), t.getMinutes(), t.getSeconds(), t.getMilliseconds()];
  return { time: `${two(h)}:${two(m)}:${two(s)}`, ms: `.${String(ms).padStart(3, "0")}` };
}

/** Draws rows for a pane: `{ utc, find, merged, onload, onunfold, onopen, only, copy }` as it stands at that moment. */
export function drawer(pane) {
  return row => {
    const element = row.kind === "line" ? line(row, pane())
      : row.kind === "event" ? event(row, pane())
        : row.kind === "gap" ? hole(row, pane())
          : make("div", { class: "k-log-day" }, make("span", {}, dayName(row.item.at, pane().utc)));
    element.dataset.key = row.key;
    element.tabIndex = -1;
    return element;
  };
}

function line(row, pane) {
  const { item } = row;
  const time = clock(item.at, pane.utc);
  const message = make("span", { class: "k-log-text" });
  fill(message, item, pane.find);
  const fields = fieldsOf(plainOf(item));
  const drawn = make("div", {
    class: `k-log-row k-${row.level}${row.matches ? " k-match" : ""}${item.source === 2 ? " k-stderr" : ""}`,
  },
    make("time", { class: "k-log-time", datetime: new Date(item.at).toISOString(), title: `${new Date(item.at).toISOString()}` },
      time.time, make("span", { class: "k-log-ms" }, time.ms)),
    pane.merged && make("span", { class: `k-log-name k-source-${hue(item.instance)}`, title: item.instance }, item.instance),
    item.source === 2 ? make("abbr", { class: "k-log-err", title: "Written to stderr" }, "err") : make("span", { class: "k-log-err" }),
    message,
    row.count > 1 && make("button", {
      type: "button", class: "k-log-fold", tabindex: "-1", title: "The same line again and again. Press to show each one.",
      onclick: () => pane.onunfold(row),
    }, `× ${row.count} in ${span(row.last.at - item.at)}`),
    fields && make("button", {
      type: "button", class: "k-log-fold", tabindex: "-1", "aria-expanded": String(row.open), onclick: () => pane.onopen(row),
    }, row.open ? "close" : `${fields.length} fields`),
    make("button", { type: "button", class: "k-log-copy", tabindex: "-1", "aria-label": "Copy this line", title: "Copy this line" }, icon("copy")));
  return row.open && fields ? make("div", { class: "k-log-open" }, drawn, fieldList(plainOf(item), fields, pane)) : drawn;
}

function event(row, pane) {
  const { item } = row;
  const said = plainOf(item);
  const text = pane.merged && !said.includes(item.instance) ? `${item.instance}: ${said}` : said;
  const bad = /\b(exit (?:code )?[1-9]\d*|out of memory|killed|failed|unhealthy|crash\w*|lost)\b/i.test(text);
  return make("div", { class: `k-log-event${bad ? " k-bad" : ""}` },
    make("span", {}, `${clock(item.at, pane.utc).time} ${text}`));
}

const reasons = {
  fast: "Written faster than this view could show. They are in the stored log.",
  paused: "Arrived while the view stood still, and were more than it can hold. They are in the stored log.",
  contact: "Written while there was no contact with the master. They are in the stored log.",
};

function hole(row, pane) {
  const { item } = row;
  const words = item.count === null ? "Lines are missing here" : `${grouped(item.count)} lines skipped`;
  return make("div", { class: "k-log-gap" },
    make("span", {}, words),
    make("span", { class: "k-log-why" }, item.problem ?? reasons[item.why]),
    item.loading ? make("span", {}, "Loading") : make("button", { type: "button", class: "k-log-link", onclick: () => pane.onload(row) }, "Load these"));
}

// Text with colours, search marks and dimmed key=value pairs.
function fill(target, item, find) {
  const all = pieces(item.raw);
  const full = all.length === 1 ? all[0].text : all.map(p => p.text).join("");
  const plain = full.length > shownCharacters ? full.slice(0, shownCharacters) : full;
  const marks = find ? find(plain) : [];
  const dims = all.length === 1 && all[0].style === null ? pairs(plain) : [];
  let at = 0;
  for (const piece of all) {
    const end = Math.min(plain.length, at + piece.text.length);
    if (at >= end) {
      break;
    }
    let parent = target;
    if (piece.style) {
      parent = make("span");
      Object.assign(parent.style, piece.style);
      target.append(parent);
    }
    styled(parent, plain, at, end, marks, dims);
    at = end;
  }
  if (full.length > plain.length) {
    target.append(make("button", {
      type: "button", class: "k-log-fold", tabindex: "-1",
      onclick: e => {
        e.target.replaceWith(full.slice(shownCharacters));
      },
    }, `${grouped(full.length - plain.length)} more characters`));
  }
}

function styled(parent, text, from, to, marks, dims) {
  const edges = new Set([from, to]);
  for (const [a, b] of [...marks, ...dims]) {
    for (const edge of [a, b]) {
      if (edge > from && edge < to) {
        edges.add(edge);
      }
    }
  }
  const sorted = [...edges].sort((a, b) => a - b);
  for (let n = 0; n + 1 < sorted.length; n++) {
    const [a, b] = [sorted[n], sorted[n + 1]];
    const mark = marks.some(([x, y]) => x <= a && b <= y);
    const dim = dims.find(([x, y]) => x <= a && b <= y);
    const piece = text.slice(a, b);
    if (mark) {
      parent.append(make("mark", { class: "k-log-mark" }, piece));
    } else if (dim) {
      parent.append(make("span", { class: dim[2] }, piece));
    } else {
      parent.append(piece);
    }
  }
}

// Places of key=value after the message itself.
function pairs(text) {
  const found = [];
  for (const match of text.matchAll(/(?<=^|\s)([A-Za-z_][\w.-]{0,40}=)("(?:[^"\\]|\\.)*"|\S*)/g)) {
    const middle = match.index + match[1].length;
    found.push([match.index, middle, "k-log-key"], [middle, match.index + match[0].length, "k-log-value"]);
  }
  return found;
}

/** `2026-11-25 14:27:41.208 web-1 stderr text`, for the clipboard and for files. */
export function asText(row, utc) {
  const { item } = row;
  if (item.gap) {
    return `-- ${item.count === null ? "lines" : `${item.count} lines`} not loaded here --`;
  }
  const iso = utc ? new Date(item.at).toISOString() : localIso(item.at);
  return `${iso} ${item.instance}${item.source === 2 ? " stderr" : item.source === 3 ? " --" : ""} ${plainOf(item)}`;
}

export function localIso(at) {
  const t = new Date(at);
  const offset = -t.getTimezoneOffset();
  const shifted = new Date(at + offset * 60_000).toISOString().slice(0, -1);
  const two = n => String(Math.floor(Math.abs(n))).padStart(2, "0");
  return `${shifted}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}


function dayName(at, utc) {
  return new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: utc ? "UTC" : undefined });
}

function span(ms) {
  return ms < 1_000 ? "1 s" : ms < 120_000 ? `${Math.round(ms / 1_000)} s` : ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}

export function grouped(n) {
  return n.toLocaleString("en-US");
}
