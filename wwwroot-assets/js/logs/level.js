// How bad is a line? Programs say it in many ways; what none of these rules knows counts as "info", never as "error".

// Only the beginning is looked at: further in, "error" is usually part of a sentence.
const looked = 160;

const words = {
  fatal: "error", panic: "error", emerg: "error", emergency: "error", alert: "error", crit: "error", critical: "error",
  severe: "error", error: "error", err: "error", e: "error", f: "error",
  warning: "warn", warn: "warn", wrn: "warn", w: "warn",
  notice: "info", information: "info", info: "info", inf: "info", log: "info", i: "info",
  debug: "debug", dbg: "debug", trace: "debug", trc: "debug", verbose: "debug", d: "debug", t: "debug",
};

// 2026-11-25 ERROR …, [error], error:, level=error, <error>, glog's E1125
const shouted = /(?:^|[^\w.\-/=])(FATAL|PANIC|EMERG|EMERGENCY|ALERT|CRIT|CRITICAL|SEVERE|ERROR|ERR|WARNING|WARN|WRN|NOTICE|INFO|DEBUG|TRACE|VERBOSE)(?![\w\-/=])/;
const bracketed = /[[<(|]\s*(fatal|panic|emerg|alert|crit|critical|severe|error|err|warning|warn|notice|info|debug|trace)\s*[\])>|]/i;
const keyed = /(?:^|[\s,{[])"?(?:level|lvl|severity|loglevel|log\.level)"?\s*[=:]\s*"?([a-z]+|\d{1,2})\b/i;
const leading = /^\s*(fatal|panic|critical|error|err|warning|warn|info|debug|trace)(?:\s*:|\s*\[|\s*$)/i;
const exception = /^(?:Unhandled exception|Traceback \(most recent call last\)|Exception in thread |panic: |[\w.]+(?:Exception|Error): )/;
const glog = /^([IWEF])\d{4} \d\d:\d\d:\d\d/;

/** `error`, `warn`, `info` or `debug`, from the readable text of a line. */
export function levelOf(text) {
  const start = text.length > looked ? text.slice(0, looked) : text;
  const said = keyed.exec(start);
  if (said) {
    return numbered(said[1]) ?? words[said[1].toLowerCase()] ?? "info";
  }
  const found = glog.exec(start) ?? shouted.exec(start) ?? bracketed.exec(start) ?? leading.exec(start);
  if (found) {
    return words[found[1].toLowerCase()] ?? "info";
  }
  return exception.test(start) ? "error" : "info";
}

// The scale of bunyan and pino, which write numbers.
function numbered(text) {
  const n = Number(text);
  return Number.isNaN(n) ? null : n >= 50 ? "error" : n >= 40 ? "warn" : n >= 30 ? "info" : "debug";
}
