// The editor of stack files. It works as a plain text area from the first moment; the code editor takes over once it is there.

export { open } from "./editor/editor.js";
