import assert from "node:assert/strict";
import { test } from "node:test";
import { levelOf } from "./level.js";

const cases = {
  error: [
    "FATAL allocation failed, JavaScript heap out of memory", "2026-11-25T14:27:42Z ERROR payment failed", "[error] 12#0: connect() failed",
    "{\"level\":\"error\",\"msg\":\"x\"}", "{\"level\":50,\"msg\":\"x\"}", "time=\"…\" level=error msg=x", "E1125 14:27:42.031 main.go:3] no",
    "error: cannot open", "Traceback (most recent call last)", "panic: runtime error", "TypeError: x is not a function", "2026-11-25 14:27:42 [CRITICAL] x",
  ],
  warn: ["WARN heap 618 MB", "level=warning msg=slow", "[warn] slow upstream", "W1125 14:27:42.031 x", "1:M 25 Nov 2026 # WARNING overcommit_memory is set to 0", "{\"level\":40}"],
  info: [
    "GET /cart 200", "no errors found", "errors=0 warnings=0", "GET /error.html 200", "wrote error-report.txt", "listening on :8080", "level=info msg=\"error budget\"",
    "INFO retry after ERROR", "",
  ],
  debug: ["DEBUG cache hit", "level=debug x", "{\"level\":20}", "[trace] enter"],
};

for (const [level, lines] of Object.entries(cases)) {
  for (const line of lines) {
    test(`"${line}" is ${level}`, () => assert.equal(levelOf(line), level));
  }
}
