// The bar above a log: search, filters, switches. Holds the choices and says when one changes.

import { fromAddress, toAddress } from "../live/address.js";
import { icon, make } from "../live/dom.js";
import { hue } from "./draw.js";

export const levels = ["error", "warn", "info", "debug"];
const legendLimit = 12;

export class Controls {
  #legend = make("div", { class: "k-logs-legend", role: "group", "aria-label": "Instances shown" });
  #known = [];

  /** `heading` is the words at the left; `compact` leaves search, levels and the address out; `actions` are called by name. */
  constructor({ heading, compact, actions }) {
    this.compact = compact;
    this.actions = actions;
    const asked = name => (compact ? "" : fromAddress(name));
    const list = (name, allowed) => {
      const values = asked(name).split(",").filter(v => v !== "" && (!allowed || allowed.includes(v)));
      return values.length > 0 ? new Set(values) : null;
    };
    this.choices = {
      text: asked("q").slice(0, 500), regex: asked("regex") === "1", only: asked("only") === "1", stderr: asked("stderr") === "1",
      instances: list("instances"), levels: list("levels", levels), wrap: asked("wrap") === "1", utc: asked("utc") === "1",
    };
    this.follow = make("button", { type: "button", class: "k-logs-switch k-logs-follow", onclick: () => actions.follow() });
    this.head = make("div", { class: "k-logs-head" },
      make("h2", { class: "k-logs-title" }, heading), this.#legend, make("span", { class: "k-logs-push" }),
      this.#toggle("wrap", "Wrap", "Break long lines", "wrap"),
      this.#toggle("utc", "UTC", "Show times in UTC instead of local time", "clock"),
      this.follow,
      make("button", {
        type: "button", class: "k-logs-switch", title: "Download the lines that are shown", onclick: () => actions.download(),
      }, icon("download"), make("span", { class: "k-wide" }, "Download")));
    this.bar = compact ? null : this.#searchBar();
  }

  /** Says what the search found: `at` from 0, or -1. */
  found(at, count, problem) {
    if (this.compact) {
      return;
    }
    this.field.setAttribute("aria-invalid", problem ? "true" : "false");
    this.count.textContent = problem ? problem : this.choices.text === "" ? "" : count === 0 ? "no line"
      : at >= 0 ? `${at + 1} of ${count.toLocaleString("en-US")}` : count.toLocaleString("en-US");
    this.count.classList.toggle("k-bad", Boolean(problem));
    this.previous.disabled = this.next.disabled = count === 0;
    this.history.hidden = this.choices.text === "" || Boolean(problem);
  }

  /** The instances seen so far, as a legend that filters. */
  instances(names) {
    const all = [...new Set([...names, ...(this.choices.instances ?? [])])]
      .sort((a, b) => a.localeCompare(b, "en", { numeric: true })).slice(0, legendLimit);
    if (all.join() === this.#known.join()) {
      return;
    }
    this.#known = all;
    this.#legend.hidden = all.length < 2;
    this.#legend.replaceChildren(...all.map(name => {
      const chosen = this.choices.instances;
      return make("button", {
        type: "button", class: "k-logs-instance", "aria-pressed": String(!chosen || chosen.has(name)), "data-name": name,
        title: "Press to see only this instance; press again for all", onclick: () => this.#pick(name),
      }, make("span", { class: `k-swatch k-source-${hue(name)}`, "aria-hidden": "true" }), name);
    }));
  }

  /** Searches for a text and shows only the lines that have it. */
  search(text) {
    this.field.value = this.choices.text = text;
    this.choices.regex = false;
    this.choices.only = true;
    for (const name of ["regex", "only"]) {
      this.bar.querySelector(`[data-choice="${name}"]`).setAttribute("aria-pressed", String(this.choices[name]));
    }
    this.#changed();
  }

  focusSearch() {
    this.field?.focus();
    this.field?.select();
  }

  // The first press narrows to one instance, further ones add or take away; nothing left means all again.
  #pick(name) {
    const chosen = new Set(this.choices.instances ?? []);
    if (!chosen.delete(name)) {
      chosen.add(name);
    }
    this.choices.instances = chosen.size === 0 || chosen.size === this.#known.length ? null : chosen;
    for (const button of this.#legend.children) {
      const { instances } = this.choices;
      button.setAttribute("aria-pressed", String(!instances || instances.has(button.dataset.name)));
    }
    this.#changed();
  }

  #searchBar() {
    this.field = make("input", {
      type: "search", class: "k-logs-field", placeholder: "Find in these lines", "aria-label": "Find in the log",
      autocomplete: "off", spellcheck: "false", maxlength: "500", value: this.choices.text,
      oninput: () => {
        this.choices.text = this.field.value;
        this.#changed();
      },
      onkeydown: e => {
        if (e.key === "Enter") {
          e.preventDefault();
          this.actions.step(e.shiftKey ? -1 : 1);
        }
      },
    });
    this.count = make("span", { class: "k-logs-count", role: "status" });
    this.previous = make("button", {
      type: "button", class: "k-logs-icon", "aria-label": "Previous match", title: "Previous match (Shift+Enter)", onclick: () => this.actions.step(-1),
    }, icon("up"));
    this.next = make("button", {
      type: "button", class: "k-logs-icon", "aria-label": "Next match", title: "Next match (Enter)", onclick: () => this.actions.step(1),
    }, icon("down"));
    this.history = make("button", {
      type: "button", class: "k-logs-switch", title: "Search everything that is stored, not only the lines held here",
      onclick: () => this.actions.history(),
    }, icon("history"), "Search stored log");
    return make("div", { class: "k-logs-bar" },
      make("div", { class: "k-logs-search" }, icon("search"), this.field, this.count,
        this.#toggle("regex", ".*", "Regular expression"), this.previous, this.next),
      this.#toggle("only", "Only matches", "Hide lines without a match"),
      this.#toggle("stderr", "stderr only", "Show only what was written to stderr"),
      this.history,
      make("span", { class: "k-logs-push" }),
      this.#levels());
  }

  #levels() {
    const buttons = levels.map(level => make("button", {
      type: "button", class: "k-logs-level", "data-level": level, title: `Show or hide ${level} lines`,
      "aria-pressed": String(!this.choices.levels || this.choices.levels.has(level)),
      onclick: () => {
        const shown = new Set(this.choices.levels ?? levels);
        if (!shown.delete(level)) {
          shown.add(level);
        }
        this.choices.levels = shown.size === 0 || shown.size === levels.length ? null : shown;
        for (const button of buttons) {
          button.setAttribute("aria-pressed", String(!this.choices.levels || this.choices.levels.has(button.dataset.level)));
        }
        this.#changed();
      },
    }, make("span", { class: `k-swatch k-level-${level}`, "aria-hidden": "true" }), level));
    return make("div", { class: "k-logs-levels", role: "group", "aria-label": "Levels shown" }, ...buttons);
  }

  #toggle(name, words, title, symbol = null) {
    const button = make("button", {
      type: "button", class: "k-logs-switch", title, "data-choice": name, "aria-pressed": String(this.choices[name]),
      onclick: () => {
        this.choices[name] = !this.choices[name];
        button.setAttribute("aria-pressed", String(this.choices[name]));
        this.#changed();
      },
    }, symbol && icon(symbol), symbol ? make("span", { class: "k-wide" }, words) : words);
    if (words === ".*") {
      button.setAttribute("aria-label", `${words} ${title}`);
    }
    return button;
  }

  #changed() {
    if (!this.compact) {
      const { text, instances, levels: shown, regex, only, stderr, wrap, utc } = this.choices;
      toAddress({
        q: text, regex, only, stderr, wrap, utc,
        instances: instances ? [...instances].join(",") : null, levels: shown ? [...shown].join(",") : null,
      });
    }
    this.actions.changed();
  }
}
