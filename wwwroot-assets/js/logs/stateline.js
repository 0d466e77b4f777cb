// One line between the bar and the rows: contact, refusals, and what a search in the stored log found.

import { make } from "../live/dom.js";
import { grouped } from "./draw.js";

export class StateLine {
  #countdown = 0;

  constructor() {
    this.element = make("div", { class: "k-logs-state", role: "status", hidden: true });
  }

  /** State of the stream as the connection tells it; `retry()` tries at once, `stays` says that lines are shown meanwhile. */
  stream(state, { retry, stays }) {
    clearInterval(this.#countdown);
    const again = this.#button("Retry now", retry);
    if (state.name === "waiting") {
      const count = make("span", { "aria-live": "off" });
      const tick = () => {
        const left = Math.max(0, Math.ceil((state.at - Date.now()) / 1_000));
        count.textContent = left > 0 ? `Next try in ${left} s.` : "Trying now.";
      };
      this.#show(`No contact with the master.${stays ? " What is shown stays." : ""} `, count, again);
      tick();
      this.#countdown = setInterval(tick, 1_000);
    } else if (state.name === "refused") {
      this.#show(state.message, again);
    } else if (state.name === "ended") {
      this.#show("The master ended this log. It is asked again by itself.");
    } else {
      this.#show();
    }
  }

  searching() {
    clearInterval(this.#countdown);
    this.#show("Searching the stored log");
  }

  /** What a search found; `back()` returns to the live log. */
  results({ count, more, unfinished, text }, back) {
    const cut = unfinished ? " The search took too long and did not see everything: narrow it." : "";
    this.#show(`${grouped(count)}${more ? " newest" : ""} stored ${count === 1 ? "line matches" : "lines match"} "${text}".${cut}`,
      this.#button("Back to the live log", back));
  }

  note(message) {
    clearInterval(this.#countdown);
    this.#show(message, this.#button("Close", () => this.#show()));
  }

  stop() {
    clearInterval(this.#countdown);
  }

  #show(...content) {
    this.element.hidden = content.length === 0;
    this.element.replaceChildren(...content);
  }

  #button(words, act) {
    return make("button", { type: "button", class: "k-log-link", onclick: act }, words);
  }
}
