// Terminal text to styled pieces. Colours are kept, every other escape is dropped, and the result is only ever text:
// whoever draws a piece puts it into a text node.

import { readable, mix } from "./colour.js";

const ground = "#090d0f";
const plain = "#d5dee1";

// The sixteen terminal colours, each 4.5:1 or better on the log's ground.
const basic = [
  "#7e8d95", "#ff7d73", "#66c687", "#e6b64c", "#7fa5f5", "#e889b0", "#5cc6d6", "#d5dee1",
  "#94a2a9", "#ffb3ac", "#9fe0b5", "#ebcb85", "#a9c2f8", "#f2b5cf", "#9ddfe8", "#ffffff",
];

// CSI (with its parameters), OSC/DCS/PM/APC strings, two-character escapes, and a lone ESC.
const escapes =
  // eslint-disable-next-line no-control-regex
  /\u001b\[([0-9:;<=>?]*)[ -/]*([@-~])|\u001b[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]|\u001b|\u009b([0-9:;<=>?]*)[ -/]*([@-~])/g;
// Everything below the space but the tab, DEL and C1.
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g;
// Signs that change the order of what is read: a log line must not be able to disguise itself.
const reordering = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The line as a person reads it: no escapes, no control characters. */
export function stripped(text) {
  text = text.replace(/\r+$/, "");
  return tidy(text.includes("\u001b") || text.includes("\u009b") ? text.replace(escapes, "") : text);
}

/** Pieces `{ text, style }` of a line; `style` is null or an object of CSS properties. */
export function pieces(text) {
  text = text.replace(/\r+$/, "");
  if (!text.includes("\u001b") && !text.includes("\u009b")) {
    return [{ text: tidy(text), style: null }];
  }
  const found = [];
  let state = {};
  let from = 0;
  const add = until => {
    const piece = tidy(text.slice(from, until));
    if (piece !== "") {
      found.push({ text: piece, style: styleOf(state) });
    }
  };
  for (const match of text.matchAll(escapes)) {
    add(match.index);
    from = match.index + match[0].length;
    if ((match[2] ?? match[4]) === "m") {
      state = apply(state, match[1] ?? match[3]);
    }
  }
  add(text.length);
  return found.length > 0 ? found : [{ text: "", style: null }];
}

function tidy(text) {
  return text.replace(controls, c => (c === "\r" ? " " : ""))
    .replace(reordering, c => `\u27e8${c.codePointAt(0).toString(16).toUpperCase()}\u27e9`);
}

// Parameters of "select graphic rendition", both 38;5;n and 38:5:n.
function apply(before, parameters) {
  const codes = parameters.replaceAll(":", ";").split(";").map(p => (p === "" ? 0 : Number(p)));
  const state = { ...before };
  for (let n = 0; n < codes.length; n++) {
    const code = codes[n];
    if (code === 0) {
      for (const key of Object.keys(state)) {
        delete state[key];
      }
    } else if (code === 1) {
      state.bold = true;
    } else if (code === 2) {
      state.dim = true;
    } else if (code === 3) {
      state.italic = true;
    } else if (code === 4 || code === 21) {
      state.underline = true;
    } else if (code === 7) {
      state.inverse = true;
    } else if (code === 9) {
      state.struck = true;
    } else if (code === 22) {
      delete state.bold;
      delete state.dim;
    } else if (code === 23) {
      delete state.italic;
    } else if (code === 24) {
      delete state.underline;
    } else if (code === 27) {
      delete state.inverse;
    } else if (code === 29) {
      delete state.struck;
    } else if (code === 38 || code === 48) {
      const [colour, used] = extended(codes, n + 1);
      n += used;
      if (colour) {
        state[code === 38 ? "front" : "back"] = colour;
      }
    } else if (code === 39) {
      delete state.front;
    } else if (code === 49) {
      delete state.back;
    } else if (code >= 30 && code <= 37) {
      state.front = basic[code - 30];
    } else if (code >= 90 && code <= 97) {
      state.front = basic[code - 82];
    } else if (code >= 40 && code <= 47) {
      state.back = basic[code - 40];
    } else if (code >= 100 && code <= 107) {
      state.back = basic[code - 92];
    }
  }
  return state;
}

// The colour after 38 or 48, and how many codes it took.
function extended(codes, at) {
  if (codes[at] === 5) {
    return [indexed(codes[at + 1]), 2];
  }
  if (codes[at] === 2) {
    const rgb = codes.slice(at + 1, at + 4);
    const whole = rgb.length === 3 && rgb.every(c => Number.isInteger(c) && c >= 0 && c <= 255);
    return [whole ? hex(rgb) : null, 4];
  }
  return [null, 1];
}

function indexed(n) {
  if (!Number.isInteger(n) || n < 0 || n > 255) {
    return null;
  }
  if (n < 16) {
    return basic[n];
  }
  if (n >= 232) {
    const grey = 8 + (n - 232) * 10;
    return hex([grey, grey, grey]);
  }
  const steps = [0, 95, 135, 175, 215, 255];
  const cube = n - 16;
  return hex([steps[Math.floor(cube / 36)], steps[Math.floor(cube / 6) % 6], steps[cube % 6]]);
}

function hex(rgb) {
  return `#${rgb.map(c => c.toString(16).padStart(2, "0")).join("")}`;
}

function styleOf(state) {
  if (Object.keys(state).length === 0) {
    return null;
  }
  const style = {};
  let { front, back } = state;
  if (state.inverse) {
    [front, back] = [back ?? ground, front ?? plain];
  }
  if (state.dim) {
    front = mix(front ?? plain, back ?? ground, 0.35);
  }
  if (front || back) {
    style.color = readable(front ?? plain, back ?? ground);
  }
  if (back) {
    style.backgroundColor = back;
  }
  if (state.bold) {
    style.fontWeight = "600";
  }
  if (state.italic) {
    style.fontStyle = "italic";
  }
  const lines = [state.underline && "underline", state.struck && "line-through"].filter(Boolean);
  if (lines.length > 0) {
    style.textDecoration = lines.join(" ");
  }
  return style;
}
