// Draws only the rows that can be seen. Rows stand in normal flow between two spacers, so their real heights are always
// right; heights of rows outside are remembered or estimated, and the place the reader looks at never moves.

import { plainOf } from "./buffer.js";

const heights = { line: 20, event: 28, gap: 28, day: 28 };
const overscan = 12;
const nearEnd = 8; // pixels from the end that still count as the end

export class LogView {
  #rows = [];
  #offsets = new Float64Array(1);
  #drawn = new Map();
  #measured = new WeakMap();
  #measuredFor = "";
  #columns = 0;
  #wrap = false;
  #expected = -1;
  #focused = null;

  /**
   * @param scroller the scrolling element; `draw(row)` makes the element of a row; `scrolled({ up, atEnd, atTop })` is told
   * about scrolling by a person.
   */
  constructor(scroller, draw, scrolled) {
    this.scroller = scroller;
    this.draw = draw;
    this.above = document.createElement("div");
    this.body = document.createElement("div");
    this.below = document.createElement("div");
    this.body.className = "k-logs-body";
    scroller.append(this.above, this.body, this.below);
    let before = 0;
    scroller.addEventListener("scroll", () => {
      const top = scroller.scrollTop;
      const own = Math.abs(top - this.#expected) < 2;
      this.#expected = -1;
      this.#window();
      scrolled({ up: !own && top < before - 1 && !this.atEnd, own, atEnd: this.atEnd, atTop: top < 40 });
      before = top;
    }, { passive: true });
    this.resize = new ResizeObserver(() => this.#resized());
    this.resize.observe(scroller);
  }

  /** The index of the first row that can be seen. */
  get first() {
    return this.#first(this.scroller.scrollTop);
  }

  get atEnd() {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    return scrollTop + clientHeight >= scrollHeight - nearEnd;
  }

  set wrap(on) {
    this.#wrap = on;
    this.scroller.classList.toggle("k-wrap", on);
    this.redraw();
  }

  /** Shows these rows. With `follow` the end stays in view, otherwise the row at the top stays where it is. */
  show(rows, follow) {
    const anchor = follow ? null : this.#anchor();
    this.#rows = rows;
    this.#layout();
    if (follow) {
      this.toEnd();
    } else {
      this.#restore(anchor);
      this.#window();
    }
  }

  /** Makes the drawn rows anew: marks, times or filters changed. */
  redraw() {
    const anchor = this.#anchor();
    for (const element of this.#drawn.values()) {
      element.remove();
    }
    this.#drawn.clear();
    this.#layout();
    this.#restore(anchor);
    this.#window();
  }

  toEnd() {
    this.#window(true);
    this.#scrollTo(this.scroller.scrollHeight);
    this.#window();
    this.#scrollTo(this.scroller.scrollHeight);
  }

  /** Brings a row into the middle. */
  reveal(index) {
    const middle = this.#offsets[index] - this.scroller.clientHeight / 2;
    this.#scrollTo(Math.max(0, middle));
    this.#window();
    const element = this.#drawn.get(this.#rows[index].key);
    element?.scrollIntoView({ block: "center", inline: "nearest" });
    this.#expected = this.scroller.scrollTop;
    return element;
  }

  /** Moves the keyboard's row; answers the row. */
  step(by) {
    if (this.#rows.length === 0) {
      return null;
    }
    let at = this.#focused === null ? -1 : this.#rows.findIndex(r => r.key === this.#focused);
    at = at < 0 ? this.#first(this.scroller.scrollTop) : Math.min(this.#rows.length - 1, Math.max(0, at + by));
    this.#focused = this.#rows[at].key;
    const top = this.#offsets[at];
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop || this.#offsets[at + 1] > scrollTop + clientHeight) {
      this.#scrollTo(by < 0 ? top : Math.max(0, this.#offsets[at + 1] - clientHeight + 8));
      this.#window();
    }
    this.#drawn.get(this.#focused)?.focus({ preventScroll: true });
    return this.#rows[at];
  }

  forgetFocus() {
    this.#focused = null;
  }

  rowOf(element) {
    const found = [...this.#drawn].find(([, drawn]) => drawn.contains(element));
    return found ? this.#rows.find(r => r.key === found[0]) : null;
  }

  /** Draws a row again whose count or marks changed. */
  refresh(row) {
    const old = this.#drawn.get(row.key);
    if (old) {
      const fresh = this.draw(row);
      old.replaceWith(fresh);
      this.#drawn.set(row.key, fresh);
    }
  }

  /** Draws a row again that got another height, without moving what stands above it. */
  resized(row) {
    this.refresh(row);
    this.#measured.delete(row);
    this.#window();
  }

  dispose() {
    this.resize.disconnect();
  }

  #resized() {
    const follow = this.atEnd || this.#following;
    const anchor = this.#anchor();
    this.#layout();
    if (follow) {
      this.toEnd();
    } else {
      this.#restore(anchor);
      this.#window();
    }
  }

  #following = false;

  set following(on) {
    this.#following = on;
  }

  #layout() {
    const width = this.scroller.clientWidth;
    this.scroller.style.setProperty("--log-width", `${width}px`);
    const key = `${this.#wrap}:${width}`;
    if (key !== this.#measuredFor) {
      this.#measured = new WeakMap();
      this.#measuredFor = key;
      this.#columns = this.#wrap ? this.#countColumns(width) : 0;
    }
    const offsets = new Float64Array(this.#rows.length + 1);
    for (let n = 0; n < this.#rows.length; n++) {
      offsets[n + 1] = offsets[n] + this.#height(this.#rows[n]);
    }
    this.#offsets = offsets;
  }

  #height(row) {
    const known = this.#measured.get(row);
    if (known !== undefined) {
      return known;
    }
    if (row.kind !== "line" || this.#columns === 0) {
      return heights[row.kind];
    }
    return heights.line * Math.max(1, Math.ceil(plainOf(row.item).length / this.#columns));
  }

  // How many characters a wrapped message has on a line; an estimate is enough, drawn rows are measured.
  #countColumns(width) {
    const sample = document.createElement("span");
    sample.textContent = "0".repeat(20);
    sample.style.visibility = "hidden";
    sample.style.position = "absolute";
    this.body.append(sample);
    const character = sample.getBoundingClientRect().width / 20 || 7.2;
    sample.remove();
    return Math.max(10, Math.floor((width - 190) / character));
  }

  #first(top) {
    let [low, high] = [0, this.#rows.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#offsets[middle] <= top) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return Math.max(0, low);
  }

  #anchor() {
    if (this.#rows.length === 0) {
      return null;
    }
    const at = this.#first(this.scroller.scrollTop);
    return { key: this.#rows[at].key, item: this.#rows[at].item, within: this.scroller.scrollTop - this.#offsets[at] };
  }

  #restore(anchor) {
    if (anchor === null || this.#rows.length === 0) {
      return;
    }
    let at = this.#rows.findIndex(r => r.key === anchor.key);
    if (at < 0) {
      // The row is filtered away or folded into another: the first one not before it takes its place.
      at = this.#rows.findIndex(r => r.lastKey >= anchor.item.key);
      at = at < 0 ? this.#rows.length - 1 : at;
    }
    this.#space();
    this.#scrollTo(this.#offsets[at] + anchor.within);
  }

  #scrollTo(top) {
    if (Math.abs(this.scroller.scrollTop - top) >= 1) {
      this.scroller.scrollTop = top;
      this.#expected = this.scroller.scrollTop;
    }
  }

  #space(from = 0, to = 0) {
    const total = this.#offsets[this.#rows.length];
    this.above.style.height = `${this.#offsets[from]}px`;
    this.below.style.height = `${total - this.#offsets[to]}px`;
  }

  #window(end = false) {
    const count = this.#rows.length;
    const view = this.scroller.clientHeight;
    const top = end ? Math.max(0, this.#offsets[count] - view) : this.scroller.scrollTop;
    const from = Math.max(0, this.#first(top) - overscan);
    const to = count === 0 ? 0 : Math.min(count, this.#first(top + view) + 1 + overscan);
    const wanted = new Set();
    for (let n = from; n < to; n++) {
      wanted.add(this.#rows[n].key);
    }
    for (const [key, element] of this.#drawn) {
      if (!wanted.has(key)) {
        if (element.contains(document.activeElement)) {
          this.scroller.focus({ preventScroll: true });
        }
        element.remove();
        this.#drawn.delete(key);
      }
    }
    let place = this.body.firstChild;
    for (let n = from; n < to; n++) {
      const row = this.#rows[n];
      let element = this.#drawn.get(row.key);
      if (element && element.shownCount !== row.count) {
        const fresh = this.draw(row);
        if (place === element) {
          place = fresh;
        }
        element.replaceWith(fresh);
        element = fresh;
        this.#drawn.set(row.key, fresh);
      }
      if (!element) {
        element = this.draw(row);
        this.#drawn.set(row.key, element);
      }
      element.shownCount = row.count;
      if (element === place) {
        place = place.nextSibling;
      } else {
        this.body.insertBefore(element, place);
      }
    }
    this.#space(from, to);
    if (this.#wrap || this.#rows.slice(from, to).some(row => row.open || this.#measured.has(row))) {
      this.#measure(from, to);
    }
  }

  #measure(from, to) {
    let changed = false;
    for (let n = from; n < to; n++) {
      const height = this.#drawn.get(this.#rows[n].key).getBoundingClientRect().height;
      if (Math.abs(height - this.#height(this.#rows[n])) > 0.5) {
        changed = true;
      }
      this.#measured.set(this.#rows[n], height);
    }
    if (changed) {
      const anchor = this.#anchor();
      this.#layout();
      this.#space(from, to);
      const at = anchor ? this.#rows.findIndex(r => r.key === anchor.key) : -1;
      if (at >= 0 && !this.#following) {
        this.#scrollTo(this.#offsets[at] + anchor.within);
      }
    }
  }
}
