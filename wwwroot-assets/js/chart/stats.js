// <k-stat-view grid stack service>: what the instances of a service use.

import { ChartElement } from "./element.js";
import { byteSteps, bytes, percent, percentSteps, rate } from "./format.js";
import { combined, highest, sum } from "./history.js";

const shown = 6;

export class StatView extends ChartElement {
  static observedAttributes = ["grid", "stack", "service"];

  method = "FollowStats";

  get target() {
    return ["grid", "stack", "service"].map(name => this.getAttribute(name));
  }

  panels = [
    { title: "CPU", format: percent, steps: percentSteps, least: 1, view: h => byInstance(h, p => p[1], () => null, cpuRemark) },
    { title: "Memory", format: bytes, steps: byteSteps, least: 1024 ** 2, view: h => byInstance(h, p => p[2], memoryLimit, memoryRemark) },
    { title: "Network", format: rate, steps: byteSteps, least: 1024, view: h => inAndOut(h, 4, "received", 5, "sent") },
    { title: "Block I/O", format: rate, steps: byteSteps, least: 1024, view: h => inAndOut(h, 6, "read", 7, "written") },
  ];

  take(item) {
    for (const { i, points } of item.series ?? []) {
      this.history.add(i, points);
    }
  }
}

function byInstance(history, value, limitOf, remarkOf) {
  const { names } = history;
  const table = history.table(names, value);
  const limit = limitOf(history);
  const remark = remarkOf(history, limit);
  if (names.length <= shown) {
    return { table, names, others: false, limit, remark };
  }
  // Beyond six lines nobody can tell them apart; the highest of the others makes sure that none hides above.
  const rest = combined(table.slice(1 + shown), highest);
  return {
    table: [...table.slice(0, 1 + shown), rest], names: [...names.slice(0, shown), `highest of ${names.length - shown}`], others: true, limit, remark,
  };
}

function cpuRemark(history) {
  const now = history.names.map(name => history.last(name)[1]);
  return now.length > 1 ? `${percent(sum(now))} together, 100 % is one core` : "100 % is one core";
}

function memoryLimit(history) {
  const limits = new Set(history.names.map(name => history.last(name)[3]));
  const [value] = limits;
  return limits.size === 1 && value > 0 ? { value, label: `limit ${bytes(value)}` } : null;
}

function memoryRemark(history, limit) {
  const now = history.names.map(name => history.last(name)[2]);
  return [limit ? `limit ${bytes(limit.value)}${now.length > 1 ? " per instance" : ""}` : null, now.length > 1 ? `${bytes(sum(now))} together` : null].filter(Boolean).join(", ");
}

function inAndOut(history, first, firstName, second, secondName) {
  const { names } = history;
  const one = history.table(names, p => p[first]);
  const two = history.table(names, p => p[second]);
  return {
    table: [one[0], combined(one.slice(1), sum), combined(two.slice(1), sum)], names: [firstName, secondName], others: false, limit: null,
    remark: names.length > 1 ? `all ${names.length} instances` : "",
  };
}
