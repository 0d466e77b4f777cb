// From lines to rows: filtered, repeats folded, days separated.

import { levelIn, plainOf } from "./buffer.js";

/** A search as a function of a text that gives the places found, or an error to show. */
export function matcher(text, regex) {
  if (text === "") {
    return { find: null, problem: null };
  }
  let pattern;
  try {
    pattern = new RegExp(regex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "giu");
  } catch (e) {
    return { find: null, problem: e.message.replace(/^Invalid regular expression: /, "") };
  }
  return {
    problem: null,
    find: line => {
      const found = [];
      pattern.lastIndex = 0;
      for (let match = pattern.exec(line); match && found.length < 100; match = pattern.exec(line)) {
        if (match[0] === "") {
          pattern.lastIndex++; // an empty match would stand still
        } else {
          found.push([match.index, match.index + match[0].length]);
        }
      }
      return found;
    },
  };
}

/**
 * Keeps the visible rows of a buffer. A row is `{ key, kind, item, count, last, matches, level, open }`;
 * kind is `line`, `event`, `gap` or `day`.
 */
export class Rows {
  #buffer;
  #next = 0;
  #epoch = -1;
  #dropped = 0;
  #day = "";
  #unfolded = new Set();
  #open = new Set();

  constructor(buffer) {
    this.#buffer = buffer;
    this.list = [];
    this.filter = { find: null, only: false, stderr: false, instances: null, levels: null, utc: false };
    /** Rows with a match. */
    this.matching = 0;
    /** Some line shown since the last change of filters was written to stderr. */
    this.stderr = false;
  }

  /** A filter changed, or lines came in elsewhere than at the end. */
  get stale() {
    return this.#epoch !== this.#buffer.epoch;
  }

  change(filter) {
    this.filter = { ...this.filter, ...filter };
    this.#epoch = -1;
  }

  unfold(row) {
    this.#unfolded.add(row.item.key);
    this.#epoch = -1;
  }

  /** Opens a line into its fields, or closes it. */
  toggle(row) {
    row.open = !row.open;
    if (row.open) {
      this.#open.add(row.item.key);
    } else {
      this.#open.delete(row.item.key);
    }
  }

  /** Brings the rows up to date; answers whether anything but the end changed. */
  update() {
    const { items, epoch, dropped } = this.#buffer;
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#dropped = dropped;
      this.#next = 0;
      this.#day = "";
      this.list = [];
      this.matching = 0;
      this.stderr = false;
      this.#take(items, 0);
      return true;
    }
    const gone = dropped - this.#dropped;
    if (gone > 0) {
      this.#dropped = dropped;
      this.#next = Math.max(0, this.#next - gone);
      const first = items[0]?.key ?? Infinity;
      let n = 0;
      while (n < this.list.length && this.list[n].lastKey < first) {
        this.matching -= this.list[n].matches ? 1 : 0;
        n++;
      }
      this.list.splice(0, n);
    }
    this.#take(items, this.#next);
    return false;
  }

  #take(items, from) {
    for (let n = from; n < items.length; n++) {
      this.#add(items[n]);
    }
    this.#next = items.length;
  }

  #add(item) {
    const { find, only, stderr, instances, levels, utc } = this.filter;
    if (item.gap) {
      this.list.push({ key: `g${item.key}`, lastKey: item.key, kind: "gap", item });
      return;
    }
    if ((stderr && item.source !== 2) || (instances && item.instance && !instances.has(item.instance))) {
      return;
    }
    if (levels && item.source !== 3 && !levels.has(levelIn(item))) {
      return;
    }
    const found = find ? find(plainOf(item)) : null;
    const matches = found !== null && found.length > 0;
    if (only && find && !matches) {
      return;
    }
    const day = dayOf(item.at, utc);
    if (day !== this.#day) {
      if (this.#day !== "") {
        this.list.push({ key: `d${item.key}`, lastKey: item.key, kind: "day", day, item });
      }
      this.#day = day;
    }
    const last = this.list.at(-1);
    if (last && item.source !== 3 && folds(last, item) && !this.#unfolded.has(last.item.key) && !this.#unfolded.has(last.group)) {
      last.count++;
      last.last = item;
      last.lastKey = item.key;
      return;
    }
    const group = last && last.kind === "line" && folds(last, item) ? last.group ?? last.item.key : null;
    this.matching += matches ? 1 : 0;
    this.stderr ||= item.source === 2;
    this.list.push({
      key: item.key, lastKey: item.key, kind: item.source === 3 ? "event" : "line", item, count: 1, last: item,
      matches, level: levelIn(item), group, open: this.#open.has(item.key),
    });
  }
}

function folds(row, item) {
  return row.kind === "line" && row.item.instance === item.instance && row.item.source === item.source && row.item.raw === item.raw;
}

function dayOf(at, utc) {
  const time = new Date(at);
  return utc ? time.toISOString().slice(0, 10) : `${time.getFullYear()}-${time.getMonth()}-${time.getDate()}`;
}
