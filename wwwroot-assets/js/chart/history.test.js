import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, percent, rate } from "./format.js";
import { History, combined, highest, sum } from "./history.js";

const second = 1_000;

test("samples that come twice or out of order are kept once, in order", () => {
  const history = new History(600 * second);
  history.add("web-1", [[1_000, 1], [2_000, 2]]);
  history.add("web-1", [[2_000, 9], [1_500, 9], [3_000, 3]]);
  assert.deepEqual(history.table(["web-1"], p => p[1]), [[1, 2, 3], [1, 2, 3]]);
});

test("instances are listed as people count", () => {
  const history = new History(600 * second);
  for (const name of ["web-10", "web-2", "web-1"]) {
    history.add(name, [[1_000, 1]]);
  }
  assert.deepEqual(history.names, ["web-1", "web-2", "web-10"]);
});

test("what is older than the window goes, and with its last sample the source", () => {
  const history = new History(10 * second);
  history.add("web-1", [[0, 1], [5_000, 2], [12_000, 3]]);
  history.add("web-2", [[1_000, 1]]);
  history.trim(15_000);
  assert.deepEqual(history.names, ["web-1"]);
  assert.equal(history.last("web-1")[1], 3);
});

test("sources that are sampled at slightly different moments share their times", () => {
  const history = new History(600 * second);
  for (let n = 0; n < 20; n++) {
    history.add("web-1", [[n * 2_000 + (n % 3) * 40, n]]);
    history.add("web-2", [[n * 2_000 + 150, n]]);
  }
  const [times, one, two] = history.table(["web-1", "web-2"], p => p[1]);
  assert.equal(times.length, 20);
  assert.deepEqual(one, two);
});

test("a chart begins with the first sample, but never shows less than a fifth of its window", () => {
  const history = new History(600 * second);
  const now = 10_000 * second;
  assert.equal(history.begin(now), now - 120 * second);
  history.add("web-1", [[now - 30 * second, 1]]);
  assert.equal(history.begin(now), now - 120 * second);
  history.add("web-2", [[now - 300 * second, 1]]);
  assert.equal(history.begin(now), now - 300 * second);
  history.add("web-3", [[now - 700 * second, 1]]);
  assert.equal(history.begin(now), now - 600 * second);
});

test("a line breaks where its source was away, and only there", () => {
  const history = new History(600 * second);
  history.add("web-1", [0, 2, 4, 30, 32].map(s => [s * second, s]));
  history.add("web-2", Array.from({ length: 17 }, (_, n) => [n * 2 * second, n]));
  const [times, one, two] = history.table(["web-1", "web-2"], p => p[1]);
  assert.deepEqual(times.filter((_, n) => one[n] === null), [6]);
  assert.ok(!two.includes(null));
  assert.ok(!two.includes(undefined));
});

test("sums and peaks pass over who has no sample", () => {
  assert.deepEqual(combined([[1, undefined, null], [2, 5, null]], sum), [3, 5, null]);
  assert.deepEqual(combined([[1, undefined], [7, undefined]], highest), [7, undefined]);
});

test("numbers read as on the pages", () => {
  assert.deepEqual([0, 999, 1_024, 402 * 1024 ** 2, 1.6 * 1024 ** 3, 14 * 1024 ** 3].map(n => bytes(n)), ["0 B", "999 B", "1 KB", "402 MB", "1.6 GB", "14 GB"]);
  assert.equal(rate(1.25 * 1024 ** 2), "1.3 MB/s");
  assert.deepEqual([0, 0.32, 3.04, 31.4, 250].map(percent), ["0 %", "0.3 %", "3 %", "31 %", "250 %"]);
});
