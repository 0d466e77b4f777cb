import assert from "node:assert/strict";
import { test } from "node:test";
import { LogBuffer, gap } from "./buffer.js";
import { Rows, matcher } from "./rows.js";

const line = (id, x = `line ${id}`, more = {}) => ({ id, t: 1_700_000_000_000 + id * 1_000, i: "web-1", s: 1, x, ...more });
const lines = (from, to) => Array.from({ length: to - from }, (_, n) => line(from + n));
const ids = buffer => buffer.items.map(i => (i.gap ? `gap ${i.count}` : i.id));

test("a line that came twice is kept once", () => {
  const buffer = new LogBuffer();
  buffer.add(lines(0, 3));
  assert.equal(buffer.add(lines(1, 5)), 2);
  assert.deepEqual(ids(buffer), [0, 1, 2, 3, 4]);
});

test("never more lines than the limit are held, and the oldest go first", () => {
  const buffer = new LogBuffer(10);
  buffer.add(lines(0, 25));
  assert.deepEqual(ids(buffer), [15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
});

test("long lines are bounded by their characters", () => {
  const buffer = new LogBuffer(100, 1_000);
  for (let n = 0; n < 50; n++) {
    buffer.add([line(n, "x".repeat(100))]);
  }
  assert.equal(buffer.items.length, 10);
  assert.equal(buffer.items.at(-1).id, 49);
});

test("while held nothing moves, and what does not fit is counted in a gap", () => {
  const buffer = new LogBuffer(10);
  buffer.add(lines(0, 5));
  buffer.hold();
  buffer.add(lines(5, 30));
  assert.deepEqual(ids(buffer), [0, 1, 2, 3, 4]);
  assert.equal(buffer.waiting, 25);
  buffer.release();
  assert.equal(buffer.waiting, 0);
  assert.deepEqual(ids(buffer), [20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);

  const roomy = new LogBuffer(20);
  roomy.add(lines(0, 3));
  roomy.hold();
  roomy.add(lines(3, 13));
  roomy.release();
  assert.deepEqual(ids(roomy), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test("lost lines leave a gap at their place", () => {
  const buffer = new LogBuffer();
  buffer.add([line(1)]);
  buffer.add([line(9)], 7);
  assert.deepEqual(ids(buffer), [1, "gap 7", 9]);
});

test("a gap is filled in order, and what is still missing stays marked", () => {
  const buffer = new LogBuffer();
  buffer.add([line(1)]);
  buffer.add([line(9)], 7);
  const hole = buffer.items[1];
  buffer.fill(hole, lines(6, 9));
  assert.deepEqual(ids(buffer), [1, "gap 4", 6, 7, 8, 9]);
  buffer.fill(buffer.items[1], lines(0, 6));
  assert.deepEqual(ids(buffer).filter(i => typeof i === "string"), [], "known lines were reached: nothing is missing any more");
});

test("older lines beyond the limit cost the newest, and the buffer says that it is detached", () => {
  const buffer = new LogBuffer(10);
  buffer.add(lines(100, 110));
  buffer.prepend(lines(94, 100));
  assert.deepEqual(ids(buffer), [94, 95, 96, 97, 98, 99, 100, 101, 102, 103]);
  assert.ok(buffer.detached);
});

test("rows that were updated step by step equal rows that were made at once", () => {
  let seed = 11;
  const next = n => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
  for (let round = 0; round < 300; round++) {
    const buffer = new LogBuffer(5 + next(20));
    const rows = new Rows(buffer);
    rows.change({ find: matcher("a", false).find, only: next(2) === 0, stderr: next(3) === 0 });
    let id = 1_000;
    for (let step = 0; step < 30; step++) {
      const kind = next(8);
      if (kind === 0) {
        buffer.hold();
      } else if (kind === 1) {
        buffer.release();
      } else if (kind === 2) {
        const first = buffer.items.find(i => !i.gap)?.id ?? 1_000;
        buffer.prepend(lines(first - next(4), first));
      } else {
        buffer.add(Array.from({ length: next(6) }, () => line(id++, ["a", "b", "c"][next(3)], { s: 1 + next(3) })), next(10) === 0 ? 3 : 0);
      }
      rows.update();
      const fresh = new Rows(buffer);
      fresh.change(rows.filter);
      fresh.update();
      const seen = r => r.list.map(x => [x.kind, x.item.source, x.item.raw ?? x.item.count, x.last?.id].join());
      // A fold whose first lines left the buffer keeps its count, so only the last line of each row is compared.
      assert.deepEqual(seen(rows), seen(fresh));
      assert.equal(rows.matching, fresh.matching);
    }
  }
});

test("the same line again and again is one row with a count", () => {
  const buffer = new LogBuffer();
  const rows = new Rows(buffer);
  buffer.add([line(1, "up"), line(2, "up"), line(3, "down"), line(4, "up"), line(5, "up", { i: "web-2" })]);
  rows.update();
  assert.deepEqual(rows.list.map(r => [r.item.raw, r.count]), [["up", 2], ["down", 1], ["up", 1], ["up", 1]]);
  rows.unfold(rows.list[0]);
  rows.update();
  assert.deepEqual(rows.list.map(r => r.count), [1, 1, 1, 1, 1]);
});

test("a new day gets a row", () => {
  const buffer = new LogBuffer();
  const rows = new Rows(buffer);
  rows.change({ utc: true });
  buffer.add([line(1, "a", { t: Date.UTC(2026, 10, 24, 23, 59, 59) }), line(2, "b", { t: Date.UTC(2026, 10, 25, 0, 0, 1) })]);
  rows.update();
  assert.deepEqual(rows.list.map(r => r.kind), ["line", "day", "line"]);
});

test("a gap survives every filter", () => {
  const buffer = new LogBuffer();
  const rows = new Rows(buffer);
  rows.change({ stderr: true });
  buffer.add([line(1)]);
  buffer.mark(gap(null, "contact"));
  rows.update();
  assert.deepEqual(rows.list.map(r => r.kind), ["gap"]);
});

test("a search for text takes signs literally, a regular expression may be wrong", () => {
  assert.deepEqual(matcher("a.c", false).find("abc a.c A.C"), [[4, 7], [8, 11]]);
  assert.deepEqual(matcher("a.c", true).find("abc"), [[0, 3]]);
  assert.deepEqual(matcher("x*", true).find("abc"), []);
  assert.equal(matcher("(", true).find, null);
  assert.match(matcher("(", true).problem, /./);
});
