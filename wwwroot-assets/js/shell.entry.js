// What the frame does without the server: theme, contact with the master, menus, shown passwords.
import { followContact } from "./lib/contact.js";
import { listenForTheme } from "./lib/choice.js";
import { listenForCopy } from "./lib/copy.js";
import { placeMenus } from "./lib/menus.js";

listenForTheme();
listenForCopy();
placeMenus();
followContact();

document.addEventListener("click", event => {
  const eye = event.target.closest("[data-shows]");
  if (eye) {
    const field = document.getElementById(eye.dataset.shows);
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    eye.dataset.shown = String(shown);
    eye.setAttribute("aria-label", shown ? "Hide password" : "Show password");
  }
  // A menu closes behind the entry that was chosen.
  event.target.closest("[popover] a[href], [popover] [data-closes]")?.closest("[popover]")?.hidePopover();
});

// Search is where the hand expects it, but never while typing elsewhere.
document.addEventListener("keydown", event => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable], .monaco-editor, [role='dialog']");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector("main input[type='search']");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
});
