// <k-node-stat-view grid node>: what a host uses.

import { ChartElement } from "./element.js";
import { byteSteps, bytes, percent, percentSteps, rate } from "./format.js";

export class NodeStatView extends ChartElement {
  static observedAttributes = ["grid", "node"];

  method = "FollowNodeStats";

  get target() {
    return ["grid", "node"].map(name => this.getAttribute(name));
  }

  panels = [
    {
      title: "CPU", format: percent, steps: percentSteps, least: 5,
      view: h => columns(h, ["used", p => p[1]], { limit: { value: 100, label: "all cores" }, remark: `load ${h.last("node")[2].toFixed(1)}` }),
    },
    { title: "Memory", format: bytes, steps: byteSteps, least: 1024 ** 2, view: h => ofTotal(h, 4, 3) },
    { title: "Disk", format: bytes, steps: byteSteps, least: 1024 ** 2, view: h => ofTotal(h, 6, 5) },
    { title: "Network", format: rate, steps: byteSteps, least: 1024, view: h => columns(h, ["received", p => p[7]], {}, ["sent", p => p[8]]) },
  ];

  take(item) {
    this.history.add("node", item.points ?? []);
  }
}

function columns(history, [name, value], { limit = null, remark = "" }, ...more) {
  const table = history.table(["node"], value);
  const rest = more.map(([, other]) => history.table(["node"], other)[1]);
  return { table: [...table, ...rest], names: [name, ...more.map(([n]) => n)], others: false, limit, remark };
}

function ofTotal(history, used, total) {
  const last = history.last("node");
  const all = last[total];
  return columns(history, ["used", p => p[used]], all > 0 ? { limit: { value: all, label: `total ${bytes(all)}` }, remark: `${percent((last[used] / all) * 100)} of ${bytes(all)}` } : {});
}
