// The live log, as an element that a page places by its name.

import { LogPane } from "./logs/pane.js";

if (!customElements.get("k-log-view")) {
  customElements.define("k-log-view", LogPane);
}
