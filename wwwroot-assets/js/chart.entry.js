// The live charts, as elements that a page places by their names.

import { NodeStatView } from "./chart/nodestats.js";
import { StatView } from "./chart/stats.js";

if (!customElements.get("k-stat-view")) {
  customElements.define("k-stat-view", StatView);
  customElements.define("k-node-stat-view", NodeStatView);
}
