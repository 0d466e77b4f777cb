// The lines that a log view holds: bounded, without doubles, and knowing where something is missing.

import { stripped } from "./ansi.js";
import { levelOf } from "./level.js";

export const kept = 10_000;

// A line may have 64 KiB, so lines alone are no bound.
const keptCharacters = 16 * 1024 * 1024;

let serial = 0;

/** A line from the hub as the view holds it. */
export function entry(line) {
  return { key: ++serial, id: line.id, at: line.t, instance: line.i, source: line.s, raw: line.x, plain: null, level: null };
}

/** A place where lines are missing; `why` is `fast`, `paused` or `contact`. */
export function gap(count, why) {
  return { key: ++serial, gap: true, count, why };
}

/** Without escapes; worked out on first use. */
export function plainOf(item) {
  return (item.plain ??= stripped(item.raw));
}

/** Worked out on first use. */
export function levelIn(item) {
  return (item.level ??= item.source === 3 ? "event" : levelOf(plainOf(item)));
}

/**
 * Ring of lines in time order. While held, new lines wait outside so that nothing moves under the reader's eyes;
 * both parts are bounded, and what had to go leaves a gap behind.
 */
export class LogBuffer {
  #known = new Set();
  #waiting = [];
  #waitingLost = 0;
  #held = false;

  #characters = 0;
  #waitingCharacters = 0;

  constructor(limit = kept, characters = keptCharacters) {
    this.limit = limit;
    this.characters = characters;
    this.items = [];
    /** Newest lines were given up for older ones: only following anew shows them. */
    this.detached = false;
    /** Counts changes other than at the end, after which rows must be made anew. */
    this.epoch = 0;
    /** Lines ever dropped at the front. */
    this.dropped = 0;
  }

  get held() {
    return this.#held;
  }

  /** New lines since the view was held. */
  get waiting() {
    return this.#waiting.length + this.#waitingLost;
  }

  get instances() {
    return [...new Set(this.items.filter(i => i.instance && i.source !== 3).map(i => i.instance))];
  }

  /** Adds what arrived. Lines that are already here are passed over; answers how many were new. */
  add(lines, lost = 0) {
    const fresh = this.#fresh(lines);
    if (lost > 0) {
      fresh.unshift(gap(lost, "fast"));
    }
    if (this.#held) {
      for (const item of fresh) {
        this.#waiting.push(item);
      }
      this.#waitingCharacters += size(fresh);
      const over = excess(this.#waiting, this.limit, this.#waitingCharacters - this.characters);
      if (over > 0) {
        const gone = this.#waiting.splice(0, over);
        this.#waitingCharacters -= size(gone);
        this.#waitingLost += this.#count(gone);
      }
    } else {
      this.#push(fresh);
    }
    return fresh.length;
  }

  /** Says that lines are missing after the newest one. */
  mark(hole) {
    if (this.#held) {
      this.#waiting.push(hole);
    } else {
      this.#push([hole]);
    }
  }

  hold() {
    this.#held = true;
  }

  /** Lets in what has waited. */
  release() {
    this.#held = false;
    this.#push([...(this.#waitingLost > 0 ? [gap(this.#waitingLost, "paused")] : []), ...this.#waiting]);
    this.#dropWaiting();
  }

  /** Puts older lines before everything. Beyond the limit the newest go, and the buffer is detached from now on. */
  prepend(lines) {
    const fresh = this.#fresh(lines);
    this.items.unshift(...fresh);
    this.#characters += size(fresh);
    this.epoch++;
    const over = excess(this.items.toReversed(), this.limit, this.#characters - this.characters);
    if (over > 0) {
      const gone = this.items.splice(-over);
      this.#characters -= size(gone);
      this.#forget(gone);
      this.#forget(this.#waiting);
      this.#dropWaiting();
      this.detached = true;
    }
    return fresh.length;
  }

  /** Puts lines in place of a gap; what is still missing stays marked. */
  fill(hole, lines) {
    const at = this.items.indexOf(hole);
    if (at < 0) {
      return 0;
    }
    // What was asked for are the lines before the one after the gap; those before the gap itself are known.
    const fresh = this.#fresh(lines);
    const reached = fresh.length < lines.length || fresh.length === 0;
    const left = hole.why === "contact" ? (reached ? 0 : null) : Math.max(0, hole.count - fresh.length);
    const rest = reached || left === 0 ? [] : [gap(left, hole.why)];
    this.items.splice(at, 1, ...rest, ...fresh);
    this.#characters += size(fresh);
    this.epoch++;
    this.#trim();
    return fresh.length;
  }

  clear() {
    this.items = [];
    this.#characters = 0;
    this.#known.clear();
    this.#dropWaiting();
    this.#held = false;
    this.detached = false;
    this.epoch++;
  }

  has(id) {
    return this.#known.has(id);
  }

  #fresh(lines) {
    const fresh = [];
    for (const line of lines) {
      if (!this.#known.has(line.id)) {
        this.#known.add(line.id);
        fresh.push(entry(line));
      }
    }
    return fresh;
  }

  #push(fresh) {
    // Not with a spread: ten thousand arguments are more than an engine promises to take.
    for (const item of fresh) {
      this.items.push(item);
    }
    this.#characters += size(fresh);
    this.#trim();
  }

  #dropWaiting() {
    this.#waiting = [];
    this.#waitingCharacters = 0;
    this.#waitingLost = 0;
  }

  #trim() {
    const over = excess(this.items, this.limit, this.#characters - this.characters);
    if (over > 0) {
      const gone = this.items.splice(0, over);
      this.dropped += over;
      this.#characters -= size(gone);
      this.#forget(gone);
    }
  }

  #count(items) {
    this.#forget(items);
    return items.reduce((sum, item) => sum + (item.gap ? item.count ?? 0 : 1), 0);
  }

  #forget(items) {
    for (const item of items) {
      if (!item.gap) {
        this.#known.delete(item.id);
      }
    }
  }
}

function size(items) {
  return items.reduce((sum, item) => sum + (item.gap ? 0 : item.raw.length), 0);
}

// How many of the first items must go.
function excess(items, limit, characters) {
  let over = Math.max(0, items.length - limit);
  let left = characters - size(items.slice(0, over));
  while (left > 0 && over < items.length) {
    left -= items[over].gap ? 0 : items[over].raw.length;
    over++;
  }
  return over;
}
