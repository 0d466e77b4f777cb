import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces, stripped } from "./ansi.js";
import { contrast, readable } from "./colour.js";

const ground = "#090d0f";

test("text without escapes is one plain piece", () => {
  assert.deepEqual(pieces("GET / 200"), [{ text: "GET / 200", style: null }]);
});

test("markup stays the text that it is", () => {
  assert.deepEqual(pieces("<script>alert(1)</script>"), [{ text: "<script>alert(1)</script>", style: null }]);
});

test("colours of 16, 256 and 16 million become styles, and reset ends them", () => {
  const found = pieces("\u001b[1;31ma\u001b[38;5;208mb\u001b[38;2;1;200;3mc\u001b[0md");
  assert.deepEqual(found.map(p => p.text), ["a", "b", "c", "d"]);
  assert.equal(found[0].style.fontWeight, "600");
  assert.equal(found[1].style.color, "#ff8700");
  assert.equal(found[2].style.color, "#01c803");
  assert.equal(found[3].style, null);
});

test("colons between parameters mean the same as semicolons", () => {
  assert.equal(pieces("\u001b[38:5:208mx")[0].style.color, "#ff8700");
});

test("every other escape and control character disappears", () => {
  const noise = "\u001b]0;title\u0007\u001b[2K\u001b[1;1H\u001b(B\u001bc\u0008\u0000ok\u001b[?25l\u001b]8;;http://x\u001b\\link\r";
  assert.equal(stripped(noise), "oklink");
  assert.equal(pieces(noise).map(p => p.text).join(""), "oklink");
});

test("an escape that never ends swallows no text of the next one", () => {
  assert.equal(stripped("a\u001b["), "a");
  assert.equal(stripped("\u001b]0;never closed"), "");
  assert.equal(stripped("\u001b[31"), "31");
});

test("signs that reverse the reading direction are shown instead of obeyed", () => {
  assert.equal(stripped("a\u202eb"), "a\u27e8202E\u27e9b");
});

test("whatever colours a program picks, its text can be read", () => {
  for (let n = 0; n < 256; n++) {
    for (const back of [null, 0, 1, 15, 16, 21, 46, 196, 231, 232, 255]) {
      const style = pieces(`\u001b[38;5;${n}${back === null ? "" : `;48;5;${back}`}mx`)[0].style;
      assert.ok(contrast(style.color, style.backgroundColor ?? ground) >= 4.5, `${n} on ${back}`);
    }
  }
  assert.ok(contrast(readable("#14145a", ground), ground) >= 4.5);
});

test("inverse and dim text can be read too", () => {
  for (const codes of ["7", "2", "7;31", "2;34", "2;7;90", "30;40"]) {
    const style = pieces(`\u001b[${codes}mx`)[0].style;
    assert.ok(contrast(style.color, style.backgroundColor ?? ground) >= 4.5, codes);
  }
});

test("the text of the pieces is the stripped line, whatever bytes come", () => {
  let seed = 7;
  const next = n => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
  const letters = ["\u001b", "[", "]", "m", "3", "8", ";", "5", "a", " ", "\u0007", "\\", "\r", "\u009b", "P", "?", "\u202e"];
  for (let round = 0; round < 3_000; round++) {
    const line = Array.from({ length: next(24) }, () => letters[next(letters.length)]).join("");
    assert.equal(pieces(line).map(p => p.text).join(""), stripped(line), JSON.stringify(line));
  }
});
