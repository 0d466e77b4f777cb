import assert from "node:assert/strict";
import { test } from "node:test";
import { changes } from "./diff.js";
import { fingerprint, sameFiles } from "./drafts.js";
import { keyAt, keysAt } from "./keys.js";
import { keyOn, pathAt, pathFor } from "./yaml.js";

const file = `stack: acme/shop
# a comment
services:
  web:
    image: nginx

    deploy:
      strategy: ha
    hooks:
      post_start:
        - cmd: "true"
          name: warm
      pre_build:
      - cmd: x
    "environment":
      - A=b: c
      - DSN=http://x
  db: { image: redis }
`.split("\n");

const at = text => file.findIndex(l => l.includes(text));

test("a key has the path of the mappings around it", () => {
  assert.deepEqual(pathAt(file, at("stack:")), ["stack"]);
  assert.deepEqual(pathAt(file, at("strategy")), ["services", "web", "deploy", "strategy"]);
  assert.deepEqual(pathAt(file, at("name: warm")), ["services", "web", "hooks", "post_start", -1, "name"]);
  assert.deepEqual(pathAt(file, at("\"true\"")), ["services", "web", "hooks", "post_start", -1, "cmd"]);
  assert.deepEqual(pathAt(file, at("- cmd: x")), ["services", "web", "hooks", "pre_build", -1, "cmd"]);
  assert.deepEqual(pathAt(file, at("environment")), ["services", "web", "environment"]);
});

test("text that only looks like a key is none", () => {
  assert.equal(keyOn("      - DSN=http://x"), null);
  assert.equal(keyOn("# image: nginx"), null);
  assert.equal(keyOn("just words"), null);
  assert.equal(keyOn("  a:b"), null);
});

test("a new key finds the mapping that its indentation puts it in", () => {
  assert.deepEqual(pathFor(file, at("strategy") + 1, 6), ["services", "web", "deploy"]);
  assert.deepEqual(pathFor(file, at("strategy") + 1, 4), ["services", "web"]);
  assert.deepEqual(pathFor(file, at("strategy") + 1, 0), []);
  assert.deepEqual(pathFor(file, at("- cmd: x"), 8), ["services", "web", "hooks", "pre_build", -1]);
});

const key = (name, more = {}) => ({ name, formats: 7, keys: [], entries: [], ...more });
const known = {
  file: [key("stack", { formats: 4 }), key("services", { formats: 4 })],
  service: [
    key("image"), key("net", { formats: 1 }), key("deploy", { keys: [key("strategy")] }),
    key("hooks", { keys: [key("post_start", { entries: [key("cmd")] })] }),
  ],
  variable: [key("type")],
  volume: [key("external")],
};
const names = keys => keys?.map(k => k.name);

test("keys are offered where they are allowed, in each format", () => {
  assert.deepEqual(names(keysAt(known, "", [])), ["stack", "services"]);
  assert.equal(keysAt(known, "stack: a", ["services"]), null);
  assert.deepEqual(names(keysAt(known, "stack: a", ["services", "web"])), ["image", "deploy", "hooks"]);
  assert.deepEqual(names(keysAt(known, "web:\n  image: x", ["web"])), ["image", "net", "deploy", "hooks"]);
  assert.deepEqual(names(keysAt(known, "version: '2'\nservices:", ["services", "web", "deploy"])), ["strategy"]);
  assert.deepEqual(names(keysAt(known, "stack: a", ["services", "web", "hooks", "post_start", -1])), ["cmd"]);
  assert.deepEqual(names(keysAt(known, "stack: a", ["variables", "tag"])), ["type"]);
  assert.equal(keysAt(known, "stack: a", ["services", "web", "image"]), null);
  assert.equal(keyAt(known, "stack: a", ["services", "web", "net"])?.name, "net", "a key of another format is still explained");
});

test("changes tell added, changed and removed lines apart", () => {
  assert.deepEqual(changes(["a", "b", "c"], ["a", "b", "c"]), []);
  assert.deepEqual(changes(["a", "c"], ["a", "b", "c"]), [{ from: 1, to: 2, kind: "added" }]);
  assert.deepEqual(changes(["a", "b", "c"], ["a", "c"]), [{ from: 1, to: 1, kind: "removed" }]);
  assert.deepEqual(changes(["a", "b", "c", "d"], ["a", "x", "c", "y", "z"]), [{ from: 1, to: 2, kind: "changed" }, { from: 3, to: 5, kind: "changed" }]);
});

test("changes cover exactly what differs", () => {
  let seed = 3;
  const next = n => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
  for (let round = 0; round < 500; round++) {
    const one = Array.from({ length: next(12) }, () => "abc"[next(3)]);
    const other = Array.from({ length: next(12) }, () => "abc"[next(3)]);
    const kept = other.filter((_, n) => !changes(one, other).some(c => n >= c.from && n < c.to));
    let place = 0;
    for (const line of kept) {
      place = one.indexOf(line, place) + 1;
      assert.ok(place > 0, JSON.stringify([one, other]));
    }
    assert.equal(changes(one, other).length === 0, one.join() === other.join());
  }
});

test("two states of the files are told apart", () => {
  const one = new Map([["a", "x"], ["b", "y"]]);
  assert.ok(sameFiles(one, new Map([["b", "y"], ["a", "x"]])));
  assert.ok(!sameFiles(one, new Map([["a", "x"]])));
  assert.equal(fingerprint(one), fingerprint(new Map([["b", "y"], ["a", "x"]])));
  assert.notEqual(fingerprint(one), fingerprint(new Map([["a", "xb"], ["b", "y"]])));
});
