// What the charts of a service and of a node have in common: a window of time, a live stream, panels with a chart or a table.

import { fromAddress, toAddress } from "../live/address.js";
import { liveConnection } from "../live/connection.js";
import { icon, make } from "../live/dom.js";
import { onThemeChange } from "../lib/theme.js";
import { clock } from "./format.js";
import { History, windows } from "./history.js";
import { Plot } from "./plot.js";

const paintEvery = 500; // milliseconds: two paints a second at most
const tableEvery = 5_000;
const tableRows = 60;
const lateAfter = 20_000;
const words = { "10m": "10 min", "1h": "1 h", "24h": "24 h" };

let groups = 0;

/** Subclasses give `method`, `target`, `take(item)` and `panels`. */
export class ChartElement extends HTMLElement {
  history = new History(windows["10m"]);

  #stream = null;
  #timer = 0;
  #painted = 0;
  #tick = 0;
  #panels = [];
  #window = "10m";
  #generation = 0;
  #endTheme = null;
  #countdown = 0;
  #connecting = true;

  connectedCallback() {
    if (this.#panels.length === 0) {
      const asked = fromAddress("window");
      this.#window = asked in windows ? asked : "10m";
      this.#build();
    }
    this.#endTheme = onThemeChange(() => this.#panels.forEach(p => p.plot.recolour()));
    this.#follow();
    // The window moves on even when nothing arrives.
    this.#tick = setInterval(() => this.#paint(), 2_000);
  }

  disconnectedCallback() {
    this.#stream?.stop();
    this.#stream = null;
    this.#endTheme?.();
    clearTimeout(this.#timer);
    this.#timer = 0;
    clearInterval(this.#tick);
    clearInterval(this.#countdown);
  }

  attributeChangedCallback(name, before, after) {
    if (before !== after && this.#stream) {
      this.#follow();
    }
  }

  #build() {
    const group = `k-charts-${++groups}`;
    this.windowButtons = Object.keys(windows).map(name => make("button", {
      type: "button", "aria-pressed": String(name === this.#window), "data-window": name,
      onclick: () => this.#choose(name),
    }, words[name]));
    this.state = make("p", { class: "k-charts-state", role: "status" });
    this.#panels = this.panels.map(spec => this.#panel(spec, group));
    this.replaceChildren(
      make("div", { class: "k-charts-head" }, make("div", { class: "k-choices", role: "group", "aria-label": "Time shown" }, ...this.windowButtons), this.state),
      make("div", { class: "k-charts-grid" }, ...this.#panels.map(p => p.element)));
  }

  #panel(spec, group) {
    const plot = new Plot({ ...spec, group });
    const remark = make("span", { class: "k-panel-remark" });
    const empty = make("p", { class: "k-charts-empty" });
    const table = make("div", { class: "k-charts-table", hidden: true, tabindex: "0", role: "region", "aria-label": `${spec.title} as a table` });
    const panel = { spec, plot, remark, empty, table, drawn: -Infinity };
    const toggle = make("button", {
      type: "button", class: "k-charts-toggle", "aria-pressed": "false", "aria-label": `As table: ${spec.title}`,
      onclick: () => {
        const on = table.hidden;
        table.hidden = !on;
        plot.element.hidden = on;
        toggle.setAttribute("aria-pressed", String(on));
        panel.drawn = -Infinity;
        this.#paint(true);
      },
    }, icon("table"), make("span", {}, "As table"));
    panel.element = make("section", { class: "k-panel", "aria-label": spec.title },
      make("div", { class: "k-panel-head" }, make("h2", {}, spec.title), remark, make("div", { class: "k-panel-actions" }, toggle)),
      make("div", { class: "k-panel-body" }, plot.element, table, empty));
    return panel;
  }

  #choose(name) {
    this.#window = name;
    for (const button of this.windowButtons) {
      button.setAttribute("aria-pressed", String(button.dataset.window === name));
    }
    toAddress({ window: name === "10m" ? null : name });
    this.#follow();
  }

  #follow() {
    this.#stream?.stop();
    const generation = ++this.#generation;
    this.history = new History(windows[this.#window]);
    this.#connecting = true;
    this.#paint(true);
    this.#stream = liveConnection().follow(this.method, () => [...this.target, this.#window], (item, first) => {
      if (generation === this.#generation) {
        if (first) {
          this.history.clear(); // the whole window comes again after a cut
        }
        this.#connecting = false;
        this.take(item);
        this.#paint();
      }
    }, state => generation === this.#generation && this.#showState(state));
  }

  #paint(now = false) {
    if (!this.isConnected) {
      return;
    }
    const wait = paintEvery - (performance.now() - this.#painted);
    if (!now && wait > 0) {
      this.#timer ||= setTimeout(() => {
        this.#timer = 0;
        this.#paint(true);
      }, wait);
      return;
    }
    this.#painted = performance.now();
    // The samples' clock is the master's; a browser whose clock is wrong must not see an empty chart.
    const skewed = Math.abs(Date.now() - this.history.newest) > 300_000 && this.history.newest > 0;
    const end = skewed ? this.history.newest : Date.now();
    this.history.trim(end);
    for (const panel of this.#panels) {
      const view = this.history.empty ? null : panel.spec.view(this.history);
      panel.empty.hidden = view !== null;
      panel.empty.textContent = this.#connecting ? "Getting statistics" : "No statistics yet. They begin a few seconds after a start.";
      panel.plot.element.classList.toggle("k-none", view === null);
      panel.remark.textContent = view?.remark ?? "";
      if (view === null) {
        continue;
      }
      if (panel.table.hidden) {
        panel.plot.show({ ...view, from: this.history.begin(end) / 1_000, to: end / 1_000 });
      } else if (performance.now() - panel.drawn > tableEvery) {
        panel.drawn = performance.now();
        this.#showTable(panel, view);
      }
    }
    this.#showLate(end);
  }

  #showTable({ spec, table }, { table: [times, ...columns], names }) {
    const every = Math.max(1, Math.ceil(times.length / tableRows));
    const rows = [];
    for (let n = times.length - 1; n >= 0; n -= every) {
      rows.push(make("tr", {}, make("th", { scope: "row" }, clock(times[n], true)), ...columns.map(column =>
        make("td", {}, column[n] === null || column[n] === undefined ? "–" : spec.format(column[n])))));
    }
    const { scrollTop, scrollLeft } = table;
    table.replaceChildren(make("table", {}, make("caption", { class: "k-charts-hidden" }, `${spec.title}, newest first`),
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Time"), ...names.map(name => make("th", { scope: "col" }, name)))),
      make("tbody", {}, ...rows)));
    table.scrollTo(scrollLeft, scrollTop);
  }

  #showLate(end) {
    if (this.state.dataset.kind === "state") {
      return;
    }
    const late = !this.history.empty && end - this.history.newest > Math.max(lateAfter, this.history.step * 3);
    this.classList.toggle("k-late", late);
    this.state.textContent = late ? `Nothing new since ${clock(this.history.newest / 1_000, true)}.` : "";
  }

  #showState(state) {
    clearInterval(this.#countdown);
    const show = (...content) => {
      this.state.dataset.kind = content.length > 0 ? "state" : "";
      this.state.replaceChildren(...content);
    };
    const retry = make("button", { type: "button", class: "k-charts-link", onclick: () => this.#stream?.again() }, "Retry now");
    if (state.name === "waiting") {
      const count = make("span", { "aria-live": "off" });
      const tick = () => {
        count.textContent = state.at > Date.now() ? `Next try in ${Math.ceil((state.at - Date.now()) / 1_000)} s.` : "Trying now.";
      };
      tick();
      this.#countdown = setInterval(tick, 1_000);
      show("No contact with the master. ", count, " ", retry);
    } else if (state.name === "refused") {
      this.#connecting = false;
      show(state.message, " ", retry);
    } else {
      show();
    }
  }
}
