// <k-log-view grid stack service [number] [heading] [compact]>: a live log. The element follows its stream while it is in
// the page, whatever happens to the circuit around it.

import { liveConnection } from "../live/connection.js";
import { icon, make } from "../live/dom.js";
import { LogBuffer, gap, levelIn } from "./buffer.js";
import { Controls } from "./controls.js";
import { asText, drawer, grouped } from "./draw.js";
import { Rows, matcher } from "./rows.js";
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
    clearInterval(this.#countdown);
    document.removeEventListener("selectionchange", this.#onSelection);
  }

  attributeChangedCallback(name, before, after) {
    if (before !== after && this.#stream) {
      this.#follow();
    }
  }

  #stream;
  #summary;
  #countdown;
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
    this.state = make("div", { class: "k-logs-state", role: "status", hidden: true });
    this.scroller = make("div", {
      class: "k-logs-scroller", role: "log", "aria-live": "off", "aria-label": what, tabindex: "0",
      onkeydown: e => this.#key(e), onclick: e => this.#click(e),
      onwheel: e => e.deltaY < 0 && this.#pause(), ontouchmove: () => !this.view.atEnd && this.#pause(),
    });
    this.empty = make("div", { class: "k-logs-empty" });
    this.jump = make("button", { type: "button", class: "k-logs-jump", hidden: true, onclick: () => this.#resume() });
    this.spoken = make("div", { class: "k-logs-spoken", role: "status", "aria-live": "polite" });
    this.replaceChildren(...[this.controls.head, this.controls.bar, this.state,
      make("div", { class: "k-logs-view" }, this.scroller, this.empty, this.jump), this.spoken].filter(Boolean));
    this.view = new LogView(this.scroller, drawer(() => ({
      utc: this.controls.choices.utc, find: this.#found.find, merged: !this.getAttribute("number"),
      onload: row => this.#loadGap(row), onunfold: row => this.#unfold(row),
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
      this.#note(e.message);
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
    this.#showState({ name: "searching" });
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
      this.#showState({ name: "results" });
      this.#paint(true);
      this.view.toEnd();
    } catch (e) {
      if (generation === this.#generation) {
        this.#note(e.message);
        this.#follow();
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

  // Keys and presses

  #key(e) {
    if (e.target.closest("button")) {
      return;
    }
    if (e.key === "PageUp" || e.key === "Home") {
      this.#pause();
    } else if (e.key === "End") {
      e.preventDefault();
      this.#resume();
    } else if (e.key === "ArrowUp" || e.key === "ArrowDown") {
      e.preventDefault();
      this.#pause();
      this.view.step(e.key === "ArrowUp" ? -1 : 1);
    } else if (e.key === "Escape" && e.target !== this.scroller) {
      this.view.forgetFocus();
      this.scroller.focus({ preventScroll: true });
    } else if ((e.key === "c" && !e.ctrlKey && !e.metaKey && !e.altKey || e.key.toLowerCase() === "c" && (e.ctrlKey || e.metaKey))
      && this.#selected() === null && e.target !== this.scroller) {
      e.preventDefault();
      this.#copy(e.target);
    } else if (e.key === "Enter" && e.target !== this.scroller) {
      e.target.querySelector(".k-log-fold, .k-log-link")?.click();
    } else if (e.key === "f" && (e.ctrlKey || e.metaKey) && this.controls.field) {
      e.preventDefault();
      this.controls.focusSearch();
    }
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
    try {
      await navigator.clipboard.writeText(asText(row, this.controls.choices.utc));
      this.spoken.textContent = "Line copied";
      within.closest("[data-key]")?.classList.add("k-copied");
      setTimeout(() => within.closest("[data-key]")?.classList.remove("k-copied"), 1_500);
    } catch {
      // Without HTTPS a browser keeps the clipboard to itself; the reader can still select and copy.
      this.#note("This browser does not let the page copy here. Select the line and press Ctrl+C.");
    }
  }

  #download() {
    const { utc } = this.controls.choices;
    const rows = this.#rows.list.filter(r => r.kind !== "day");
    const lines = rows.flatMap(row => (row.count > 1 ? Array(row.count).fill(row) : [row])).map(row => asText(row, utc));
    const stamp = at => new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, "");
    const ends = rows.filter(r => !r.item.gap).map(r => r.item.at);
    const [, stack, service, number] = this.#target;
    const name = [stack, service + (number ? `-${number}` : ""), ...(ends.length > 0 ? [stamp(ends[0]), stamp(ends.at(-1))] : [])].join("-");
    const address = URL.createObjectURL(new Blob([lines.join("\n"), "\n"], { type: "text/plain;charset=utf-8" }));
    make("a", { href: address, download: `${name.replace(/[^\w.-]/g, "_")}.log` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
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
    clearInterval(this.#countdown);
    this.#connecting = state.name === "connecting";
    this.#refused = state.name === "refused";
    const retry = make("button", { type: "button", class: "k-log-link", onclick: () => this.#stream?.again() }, "Retry now");
    const show = (...content) => {
      this.state.hidden = content.length === 0;
      this.state.replaceChildren(...content);
    };
    if (state.name === "waiting") {
      const since = this.#buffer.items.length > 0 ? " What is shown stays." : "";
      const tick = () => {
        const left = Math.max(0, Math.ceil((state.at - Date.now()) / 1_000));
        count.textContent = left > 0 ? `Next try in ${left} s.` : "Trying now.";
      };
      const count = make("span", { "aria-live": "off" });
      show(`No contact with the master.${since} `, count, retry);
      tick();
      this.#countdown = setInterval(tick, 1_000);
    } else if (state.name === "refused") {
      show(state.message, retry);
    } else if (state.name === "ended") {
      show("The master ended this log. It is asked again by itself.");
    } else if (state.name === "searching") {
      show("Searching the stored log");
    } else if (state.name === "results") {
      const { count, more, unfinished, text } = this.#results;
      const cut = unfinished ? " The search took too long and did not see everything: narrow it." : "";
      show(`${grouped(count)}${more ? " newest" : ""} stored lines match "${text}".${cut}`,
        make("button", { type: "button", class: "k-log-link", onclick: () => this.#follow() }, "Back to the live log"));
    } else {
      show();
    }
    this.#showEmpty();
  }

  #note(message) {
    this.state.hidden = false;
    this.state.replaceChildren(message, make("button", {
      type: "button", class: "k-log-link", onclick: () => {
        this.state.hidden = true;
      },
    }, "Close"));
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

