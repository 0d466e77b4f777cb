// Where in a YAML file is this line? Worked out from indentation, so that it also works in a file that cannot be read yet.

const keyLine = /^(\s*(?:- +)*)("[^"]*"|'[^']*'|[^\s#:{}[\],&*!|>'"%@`-][^:#]*?)\s*:(?=\s|$)/;

/** The key on a line as `{ name, from, to, indent }` (from 0), or null. */
export function keyOn(text) {
  const match = keyLine.exec(text);
  if (!match) {
    return null;
  }
  const name = match[2].replace(/^["']|["']$/g, "");
  return { name, from: match[1].length, to: match[1].length + match[2].length, indent: match[1].length };
}

/**
 * The keys above line `at` (an index) that enclose something indented by `indent`, outermost first; entries of a list count as
 * the number -1.
 */
export function pathAbove(lines, at, indent) {
  const path = [];
  let below = indent;
  for (let n = at - 1; n >= 0 && below > 0; n--) {
    const text = lines[n];
    if (/^\s*(#|$)/.test(text)) {
      continue;
    }
    const dash = /^(\s*)- +/.exec(text);
    const key = keyOn(text);
    if (key && key.indent < below) {
      path.unshift(key.name);
      below = key.indent;
    }
    if (dash && dash[1].length < below) {
      path.unshift(-1);
      below = dash[1].length;
      // A list may stand at the indentation of its key.
      below += 1;
    }
  }
  return path;
}

/** The path of line `at` including its own key, or null when it has none. */
export function pathAt(lines, at) {
  const key = keyOn(lines[at] ?? "");
  return key && [...pathAbove(lines, at, inner(lines[at], key)), ...dashes(lines[at]), key.name];
}

function inner(text, key) {
  const dash = /^(\s*)- +/.exec(text);
  return dash ? dash[1].length + 1 : key.indent;
}

function dashes(text) {
  return /^\s*- +/.test(text) ? [-1] : [];
}

/** The path in which a new key on line `at` would stand, with that indentation. */
export function pathFor(lines, at, indent) {
  const dash = /^(\s*)- +/.exec(lines[at] ?? "");
  return dash ? [...pathAbove(lines, at, dash[1].length + 1), -1] : pathAbove(lines, at, indent);
}
