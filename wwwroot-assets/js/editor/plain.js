// The text in a plain text area: for those who prefer it, for the time until the code editor is there, and where it cannot load.

import { make } from "../live/dom.js";

export class PlainSurface {
  #places = new Map();
  #name = null;

  /** `events` has `changed()`, `moved(line, column)`, `save()`, `review()`. */
  constructor(host, { readOnly, events }) {
    this.events = events;
    this.area = make("textarea", {
      class: "k-editor-plain", spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", readonly: readOnly,
      oninput: () => events.changed(),
      onkeydown: e => this.#key(e),
      onkeyup: () => this.#moved(),
      onclick: () => this.#moved(),
      onblur: () => events.left(),
    });
    host.append(this.area);
  }

  get tabs() {
    return false;
  }

  get focused() {
    return document.activeElement === this.area;
  }

  text() {
    return this.area.value;
  }

  show(name, text) {
    if (this.#name !== null) {
      this.#places.set(this.#name, [this.area.selectionStart, this.area.scrollTop]);
    }
    this.#name = name;
    this.area.setAttribute("aria-label", `${name}, plain text`);
    this.area.value = text;
    const [at, top] = this.#places.get(name) ?? [0, 0];
    this.area.setSelectionRange(at, at);
    this.area.scrollTop = top;
    this.#moved();
  }

  replace(text) {
    const { selectionStart, scrollTop } = this.area;
    this.area.value = text;
    this.area.setSelectionRange(selectionStart, selectionStart);
    this.area.scrollTop = scrollTop;
  }

  get place() {
    const before = this.area.value.slice(0, this.area.selectionStart);
    return { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") };
  }

  jump({ line, column, length }) {
    const lines = this.area.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0) + Math.max(0, column - 1);
    this.area.focus();
    this.area.setSelectionRange(start, start + length);
    this.area.scrollTop = Math.max(0, (line - 6) * 20);
    this.#moved();
  }

  focus() {
    this.area.focus();
  }

  set readOnly(on) {
    this.area.readOnly = on;
  }

  // A text area has no marks; the list below names the places.
  mark() {}

  bars() {}

  forget(name) {
    this.#places.delete(name);
  }

  dispose() {
    this.area.remove();
  }

  #moved() {
    const { line, column } = this.place;
    this.events.moved(line, column);
  }

  #key(e) {
    if ((e.ctrlKey || e.metaKey) && !e.altKey && (e.key === "s" || e.key === "Enter")) {
      e.preventDefault();
      (e.key === "s" ? this.events.save : this.events.review)();
    }
  }
}
