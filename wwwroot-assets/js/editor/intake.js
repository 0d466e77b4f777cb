// Files dropped anywhere on the page.

import { make } from "../live/dom.js";

/** Shows where to drop and hands over the files; the answer ends it. */
export function takeDrops(host, { words, take }) {
  let depth = 0;
  const curtain = make("div", { class: "k-editor-drop", hidden: true }, make("p", {}, words));
  host.append(curtain);
  const carriesFiles = e => e.dataTransfer?.types.includes("Files");
  const on = {
    dragenter: e => {
      if (carriesFiles(e)) {
        e.preventDefault();
        depth++;
        curtain.hidden = false;
      }
    },
    dragover: e => {
      if (carriesFiles(e)) {
        e.preventDefault();
        e.dataTransfer.dropEffect = "copy";
      }
    },
    dragleave: e => {
      if (carriesFiles(e)) {
        depth = Math.max(0, depth - 1);
        curtain.hidden = depth === 0;
      }
    },
    drop: e => {
      if (carriesFiles(e)) {
        e.preventDefault();
        e.stopPropagation();
        depth = 0;
        curtain.hidden = true;
        // A folder has no text; a browser lists it as a file that cannot be read.
        const items = [...e.dataTransfer.items].map(i => i.webkitGetAsEntry?.());
        take([...e.dataTransfer.files].filter((_, n) => !items[n]?.isDirectory));
      }
    },
  };
  for (const [name, handler] of Object.entries(on)) {
    document.addEventListener(name, handler, true);
  }
  return () => {
    curtain.remove();
    for (const [name, handler] of Object.entries(on)) {
      document.removeEventListener(name, handler, true);
    }
  };
}
