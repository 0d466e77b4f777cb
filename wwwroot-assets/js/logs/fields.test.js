import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOf, searchFor } from "./fields.js";

test("only a line that is one JSON object has fields", () => {
  assert.deepEqual(fieldsOf("{\"level\":\"error\",\"n\":1}"), [["level", "error"], ["n", 1]]);
  for (const line of ["", "GET /", "{}", "[1]", "{broken}", "{\"a\":1} trailing", "null"]) {
    assert.equal(fieldsOf(line), null, line);
  }
});

test("the search for a field is text that stands in the line", () => {
  for (const line of ["{\"order\":\"o_1\",\"n\":3}", "{ \"order\": \"o_1\", \"n\": 3 }", "{\"order\" : \"o_1\", \"n\" : 3}"]) {
    for (const [name, value] of fieldsOf(line)) {
      assert.ok(line.includes(searchFor(line, name, value)), `${line} ${name}`);
    }
  }
});
