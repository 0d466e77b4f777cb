// <k-log-view grid stack service [number] [heading] [compact]>: a live log. The element follows its stream while it is in
// the page, whatever happens to the circuit around it.

import { liveConnection } from "../live/connection.js";
import { icon, make } from "../live/dom.js";
import { LogBuffer, gap, levelIn } from "./buffer.js";
import { Controls } from "./controls.js";
import { asText, drawer, grouped } from "./draw.js";
import { meaning } from "./keyboard.js";
import { Rows, matcher } from "./rows.js";
import { download } from "./save.js";
import { StateLine } from "./stateline.js";
import { LogView } from "./view.js";

const backlog = 500;
const page = 500;
const searched = 500;
const paintEvery = 100; // milliseconds
const summaryEvery = 5_000;

export class LogPane extends HTMLElement {
  static observedAttributes = ["grid", "stack", "service", "number"];

  #buffer = new LogBuffer();
  #rows = new Rows(this.#buffer);
  #following = true;
  #match = -1;
  #older = true;
  #loadingOlder = false;
  #newLines = 0;
  #newErrors = 0;
  #painted = 0;
  #timer = 0;
  #found = { find: null, problem: null };
  #generation = 0;
  #results = null;
  #state = new StateLine();

  connectedCallback() {
    if (!this.#built()) {
      this.#build();
    }
    this.#follow();
    this.#summary = setInterval(() => this.#say(), summaryEvery);
    this.#onSelection = () => this.#holdWhileSelected();
    document.addEventListener("selectionchange", this.#onSelection);
  }

  disconnectedCallback() {
    this.#stream?.stop();
    this.#stream = null;
    clearTimeout(this.#timer);
    this.#timer = 0;
    clearInterval(this.#summary);
    this.#state.stop();
    document.removeEventListener("selectionchange", this.#onSelection);
  }

  attributeChangedCallback(name, before, after) {
    if (before !== after && this.#stream) {
      this.#follow();
    }
  }

  #stream;
  #summary;
  #onSelection;

  get #target() {
    const number = this.getAttribute("number");
    return [this.getAttribute("grid"), this.getAttribute("stack"), this.getAttribute("service"), number ? Number(number) : null];
  }

  #built() {
    return this.view !== undefined;
  }

  #build() {
    const compact = this.hasAttribute("compact");
    this.controls = new Controls({
      heading: this.getAttribute("heading") ?? "Live logs", compact,
      actions: {
        changed: () => this.#filter(), follow: () => (this.#following ? this.#pause() : this.#resume()),
        download: () => this.#download(), step: by => this.#step(by), history: () => this.#searchStored(),
      },
    });
    const what = `Log of ${[this.getAttribute("stack"), this.getAttribute("service")].filter(Boolean).join("/")}`
      + `${this.getAttribute("number") ? `-${this.getAttribute("number")}` : ""}`;
    this.scroller = make("div", {
      class: "k-logs-scroller", role: "log", "aria-live": "off", "aria-label": what, tabindex: "0",
      onkeydown: e => this.#key(e), onclick: e => this.#click(e),
      onwheel: e => e.deltaY < 0 && this.scroller.scrollTop > 0 && this.#pause(), ontouchmove: () => !this.view.atEnd && this.#pause(),
    });
    this.empty = make("div", { class: "k-logs-empty" });
    this.jump = make("button", { type: "button", class: "k-logs-jump", hidden: true, onclick: () => this.#resume() });
    this.spoken = make("div", { class: "k-logs-spoken", role: "status", "aria-live": "polite" });
    this.replaceChildren(...[this.controls.head, this.controls.bar, this.#state.element,
      make("div", { class: "k-logs-view" }, this.scroller, this.empty, this.jump), this.spoken].filter(Boolean));
    this.view = new LogView(this.scroller, drawer(() => ({
      utc: this.controls.choices.utc, find: this.#found.find, merged: !this.getAttribute("number"),
      onload: row => this.#loadGap(row), onunfold: row => this.#unfold(row), onopen: row => this.#open(row),
      only: compact ? null : text => this.controls.search(text), copy: text => this.#copyText(text),
    })), move => this.#scrolled(move));
    this.view.following = true;
    this.#filter();
    this.#showFollow();
  }

  // Stream

  #follow() {
    this.#stream?.stop();
    const generation = ++this.#generation;
    this.#buffer.clear();
    this.#results = null;
    this.#older = true;
    this.#following = true;
    this.view.following = true;
    this.#showFollow();
    this.#paint(true);
    let seen = false;
    this.#stream = liveConnection().follow("FollowLogs", () => [...this.#target, backlog], (batch, first) => {
      if (generation !== this.#generation) {
        return;
      }
      this.#take(batch, first && seen);
      seen = true;
    }, state => generation === this.#generation && this.#showState(state));
  }

  #take(batch, afterCut) {
    const lines = batch.lines ?? [];
    // After a cut the stream begins with the newest lines again. None of them known means that some were missed.
    const missed = afterCut && lines.length >= backlog && !lines.some(l => this.#buffer.has(l.id));
    if (missed) {
      this.#buffer.mark(gap(null, "contact"));
    }
    const before = this.#buffer.items.length;
    const added = this.#buffer.add(lines, batch.lost ?? 0);
    this.#newLines += added;
    if (!this.#buffer.held) {
      this.#newErrors += this.#buffer.items.slice(Math.max(0, Math.min(before, this.#buffer.items.length - added))).filter(i => !i.gap && levelIn(i) === "error").length;
    }
    this.#paint();
  }

  async #loadOlder() {
    const first = this.#buffer.items.find(i => !i.gap);
    if (this.#loadingOlder || !this.#older || !first || this.#results) {
      return;
    }
    this.#loadingOlder = true;
    const generation = this.#generation;
    try {
      const answer = await liveConnection().call("ReadLogs", ...this.#target, first.id, page);
      if (generation === this.#generation) {
        this.#older = answer.more && this.#buffer.prepend(answer.lines) > 0;
        this.#paint(true);
      }
    } catch (e) {
      this.#state.note(e.message);
    } finally {
      this.#loadingOlder = false;
    }
  }

  async #loadGap(row) {
    const hole = row.item;
    const next = this.#buffer.items.slice(this.#buffer.items.indexOf(hole)).find(i => !i.gap);
    if (!next || hole.loading) {
      return;
    }
    hole.loading = true;
    this.view.refresh(row);
    this.#pause();
    try {
      const count = Math.min(1_000, hole.count ?? page);
      const answer = await liveConnection().call("ReadLogs", ...this.#target, next.id, count);
      this.#buffer.fill(hole, answer.lines);
      this.#paint(true);
    } catch (e) {
      hole.problem = e.message;
    } finally {
      hole.loading = false;
      this.view.refresh(row);
    }
  }

  async #searchStored() {
    const { text, regex } = this.controls.choices;
    this.#stream?.stop();
    const generation = ++this.#generation;
    this.#state.searching();
    try {
      const answer = await liveConnection().call("SearchLogs", ...this.#target, text, regex, null, null, searched);
      if (generation !== this.#generation) {
        return;
      }
      this.#buffer.clear();
      this.#buffer.add(answer.lines);
      this.#buffer.detached = true;
      this.#results = { count: answer.lines.length, more: answer.more, unfinished: answer.outOfTime, text };
      this.#setFollowing(false);
      this.#state.results(this.#results, () => this.#follow());
      this.#paint(true);
      this.view.toEnd();
    } catch (e) {
      if (generation === this.#generation) {
        this.#follow();
        this.#state.note(e.message);
      }
    }
  }

  // Following

  #pause() {
    if (this.#following) {
      this.#setFollowing(false);
      this.#buffer.hold();
    }
  }

  #resume() {
    if (this.#buffer.detached || this.#results) {
      this.#follow();
      return;
    }
    this.#buffer.release();
    this.#setFollowing(true);
    this.view.forgetFocus();
    getSelection()?.removeAllRanges();
    this.#paint(true);
  }

  #setFollowing(on) {
    this.#following = on;
    this.view.following = on;
    this.#showFollow();
  }

  #scrolled({ up, own, atEnd, atTop }) {
    if (up) {
      this.#pause();
    } else if (atEnd && !own && !this.#following && !this.#results && !this.#buffer.detached && this.#selected() === null) {
      this.#resume();
    }
    if (atTop && !this.#following) {
      this.#loadOlder();
    }
  }

  #selected() {
    const selection = getSelection();
    return selection && !selection.isCollapsed && this.scroller.contains(selection.anchorNode) ? selection : null;
  }

  #holdWhileSelected() {
    if (this.#selected() !== null) {
      this.#pause();
    }
  }

  // Filters and search

  #filter() {
    const { text, regex, only, stderr, instances, levels, wrap, utc } = this.controls.choices;
    this.#found = matcher(text, regex);
    this.#match = -1;
    this.#rows.change({ find: this.#found.find, only, stderr, instances, levels, utc });
    if (this.scroller.classList.contains("k-wrap") !== wrap) {
      this.view.wrap = wrap;
    }
    this.#rows.update();
    this.view.show(this.#rows.list, this.#following);
    this.view.redraw();
    this.controls.found(this.#match, this.#rows.matching, this.#found.problem);
    this.#paint(true);
  }

  #step(by) {
    const matching = this.#rows.list.flatMap((row, n) => (row.matches ? [n] : []));
    if (matching.length === 0) {
      return;
    }
    this.#pause();
    if (this.#match >= 0) {
      this.#match = (this.#match + by + matching.length) % matching.length;
    } else {
      // The search begins at what is on the screen.
      const seen = matching.findIndex(n => n >= this.view.first);
      this.#match = seen < 0 ? matching.length - 1 : seen;
    }
    for (const old of this.scroller.querySelectorAll(".k-current")) {
      old.classList.remove("k-current");
    }
    this.view.reveal(matching[this.#match])?.classList.add("k-current");
    this.controls.found(this.#match, matching.length, null);
  }

  #unfold(row) {
    this.#pause();
    this.#rows.unfold(row);
    this.#paint(true);
  }

  #open(row) {
    this.#pause();
    this.#rows.toggle(row);
    this.view.resized(row);
  }

  // Keys and presses

  #key(e) {
    if (e.target.closest("button")) {
      return;
    }
    const act = {
      pause: () => this.#pause(),
      newest: () => this.#resume(),
      up: () => this.#walk(-1),
      down: () => this.#walk(1),
      leave: () => {
        this.view.forgetFocus();
        this.scroller.focus({ preventScroll: true });
      },
      copy: () => this.#copy(e.target),
      press: () => e.target.querySelector(".k-log-fold, .k-log-link")?.click(),
      search: this.controls.field ? () => this.controls.focusSearch() : null,
    };
    const meant = meaning(e, { row: e.target !== this.scroller, selected: this.#selected() !== null });
    if (meant && act[meant]) {
      if (meant !== "pause") {
        e.preventDefault(); // a pause is only noticed on the way: the browser still scrolls
      }
      act[meant]();
    }
  }

  #walk(by) {
    this.#pause();
    this.view.step(by);
  }

  #click(e) {
    const button = e.target.closest(".k-log-copy");
    if (button) {
      this.#copy(button);
    }
  }

  async #copy(within) {
    const row = this.view.rowOf(within);
    if (!row) {
      return;
    }
    if (await this.#copyText(asText(row, this.controls.choices.utc))) {
      const element = within.closest("[data-key]");
      element?.classList.add("k-copied");
      setTimeout(() => element?.classList.remove("k-copied"), 1_500);
    }
  }

  async #copyText(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.spoken.textContent = "Copied";
      return true;
    } catch {
      // Without HTTPS a browser keeps the clipboard to itself; the reader can still select and copy.
      this.#state.note("This browser does not let the page copy here. Select the line and press Ctrl+C.");
      return false;
    }
  }

  #download() {
    const [, stack, service, number] = this.#target;
    download(this.#rows.list, [stack, service, number].filter(Boolean).join("-"), this.controls.choices.utc);
  }

  // Painting

  #paint(now = false) {
    if (!this.isConnected || !this.#built()) {
      return;
    }
    if (!now) {
      if (this.#timer === 0) {
        const wait = Math.max(0, paintEvery - (performance.now() - this.#painted));
        this.#timer = setTimeout(() => requestAnimationFrame(() => {
          this.#timer = 0;
          this.#paint(true);
        }), wait);
      }
      return;
    }
    this.#painted = performance.now();
    if (!this.#buffer.held || this.#rows.stale) {
      this.#rows.update();
      this.view.show(this.#rows.list, this.#following);
      const names = this.#buffer.instances;
      this.controls.instances(names);
      this.scroller.style.setProperty("--log-names", `${Math.min(20, Math.max(4, ...names.map(n => n.length)))}ch`);
      this.scroller.classList.toggle("k-has-stderr", this.#rows.stderr);
      this.controls.found(this.#match, this.#rows.matching, this.#found.problem);
    }
    this.#showJump();
    this.#showEmpty();
  }

  #showFollow() {
    const { follow } = this.controls;
    follow.setAttribute("aria-pressed", String(this.#following));
    follow.setAttribute("title", this.#following ? "Press to hold the view still" : "Press to jump to the newest line and follow");
    follow.replaceChildren(make("span", { class: "k-logs-cell", "aria-hidden": "true" }), this.#following ? "Following" : "Paused");
    this.#showJump();
  }

  #showJump() {
    this.jump.hidden = this.#following;
    if (!this.#following) {
      const { waiting } = this.#buffer;
      this.jump.replaceChildren(icon("newest"), this.#results ? "Back to the live log" : "Jump to newest",
        waiting > 0 ? make("span", { class: "k-logs-new" }, `${grouped(waiting)} new`) : "");
    }
  }

  #showEmpty() {
    const { items } = this.#buffer;
    this.empty.hidden = this.#rows.list.length > 0 || this.#refused;
    if (!this.empty.hidden) {
      this.empty.textContent = this.#connecting ? "Getting the log"
        : items.length === 0 ? (this.#results ? `No stored line matches "${this.#results.text}".` : "Nothing has been written yet. New lines appear here by themselves.")
          : `${grouped(items.length)} lines are here, none passes the filters.`;
    }
  }

  #connecting = true;
  #refused = false;

  #showState(state) {
    this.#connecting = state.name === "connecting";
    this.#refused = state.name === "refused";
    this.#state.stream(state, { retry: () => this.#stream?.again(), stays: this.#buffer.items.length > 0 });
    this.#showEmpty();
  }

  #say() {
    if (this.#newLines > 0 && document.visibilityState === "visible") {
      const errors = this.#newErrors > 0 ? `, ${grouped(this.#newErrors)} of them errors` : "";
      this.spoken.textContent = `${grouped(this.#newLines)} new lines${errors}`;
    }
    this.#newLines = 0;
    this.#newErrors = 0;
  }
}

