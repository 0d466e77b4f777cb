// The code editor, apart from everything else because of its size.

export * from "./lib/monaco.js";
