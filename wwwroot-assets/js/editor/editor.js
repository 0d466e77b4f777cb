// Holds the texts, shows one of them, and tells the page what changed. The page decides; this module keeps what is typed safe.

import { CodeSurface } from "./code.js";
import { Drafts, fingerprint, sameFiles } from "./drafts.js";
import { takeDrops } from "./intake.js";
import { PlainSurface } from "./plain.js";

const quietFor = 300; // milliseconds without typing
const retryAfter = 2_000;
const plainKey = "k-editor-plain";

/**
 * `parts` are the elements `{ root, body, changes, place, tabs, tabWords }`; `options` are `{ files: [[name, text]], active, draftKey,
 * readOnly, keys, largest, dropWords }`; `page` is the component. Answers the handle that the component calls.
 */
export function open(parts, options, page) {
  return new StackEditor(parts, options, page);
}

class StackEditor {
  #files;
  #basis;
  #sent;
  #unsent = new Set();
  #timer = 0;
  #sending = Promise.resolve();
  #surface;
  #monaco = null;
  #marks = new Map();
  #leaving = false;
  #gone = false;
  #tooLarge = new Set();
  #fullTold = false;

  constructor(parts, options, page) {
    this.parts = parts;
    this.options = options;
    this.page = page;
    this.keys = options.keys;
    this.drafts = new Drafts(options.draftKey);
    this.#files = new Map(options.files);
    this.#basis = new Map(this.#files);
    this.#sent = new Map(this.#files);
    this.active = options.active;
    this.#surface = this.#plain();
    this.#endDrops = takeDrops(parts.root, { words: options.dropWords, take: files => this.#dropped(files) });
    this.#onTabs = () => this.toggleTabs();
    parts.tabs.addEventListener("click", this.#onTabs);
    this.#restore();
    this.#show();
    this.#showTabs();
    if (!this.prefersPlain) {
      this.#loadCode();
    }
  }

  #endDrops;
  #onTabs;

  get prefersPlain() {
    try {
      return localStorage.getItem(plainKey) === "1";
    } catch {
      return false; // storage is switched off
    }
  }

  /** Called by the component: these files have another text now, or are gone when it is null. */
  setFiles(entries, asBasis) {
    this.#keep();
    for (const [name, text] of entries) {
      this.#unsent.delete(name);
      if (text === null) {
        this.#files.delete(name);
        this.#sent.delete(name);
        this.#surface.forget(name);
      } else {
        this.#files.set(name, text);
        this.#sent.set(name, text);
        if (name === this.active) {
          this.#surface.replace(text);
        }
      }
      if (asBasis) {
        if (text === null) {
          this.#basis.delete(name);
        } else {
          this.#basis.set(name, text);
        }
      }
    }
    this.#writeDraft();
    this.#showBars();
  }

  show(name) {
    this.#keep();
    this.active = name;
    this.#show();
  }

  setFindings(findings) {
    this.#marks = Map.groupBy(findings, f => f.file);
    this.#surface.mark(this.#marks);
  }

  jump(place) {
    this.#surface.jump(place);
  }

  /** The same texts go by another name from now on: a new stack has been saved. */
  setDraftKey(key) {
    this.drafts.forget();
    this.drafts = new Drafts(key);
    this.#writeDraft();
  }

  setReadOnly(on) {
    this.options.readOnly = on;
    this.#surface.readOnly = on;
  }

  /** Sends what was typed and not sent yet; resolves when the page has it. */
  async flush() {
    clearTimeout(this.#timer);
    this.#keep();
    await this.#send();
    return this.#unsent.size === 0;
  }

  /** What the page has is saved now: from here on it is what changes are measured against. */
  settle() {
    this.#keep();
    this.#basis = new Map(this.#sent);
    this.#writeDraft();
    this.#showBars();
  }

  /** Back to the saved texts; answers them. */
  discard() {
    this.drafts.forget();
    const gone = [...this.#files.keys()].filter(name => !this.#basis.has(name)).map(name => [name, null]);
    this.setFiles([...this.#basis, ...gone], false);
    return [...this.#files];
  }

  /** Whether this reader chose the plain text area, here or another time. */
  isPlain() {
    return this.prefersPlain;
  }

  async setPlain(on) {
    try {
      localStorage.setItem(plainKey, on ? "1" : "0");
    } catch {
      // Storage is switched off: the choice lasts as long as the page.
    }
    if (on) {
      this.#swap(this.#plain());
    } else {
      await this.#loadCode();
    }
  }

  /** Whether Tab indents or leaves; said aloud, because without it a keyboard could not get out. */
  toggleTabs() {
    this.#leaving = !this.#leaving;
    this.#showTabs();
  }

  dispose() {
    this.#keep();
    this.#writeDraft();
    this.#gone = true;
    clearTimeout(this.#timer);
    this.#endDrops();
    this.parts.tabs.removeEventListener("click", this.#onTabs);
    this.#surface.dispose();
  }

  // Surfaces

  #events() {
    return {
      changed: () => this.#changed(),
      moved: (line, column) => {
        this.parts.place.textContent = `Ln ${line}, Col ${column}`;
      },
      left: () => {
        if (this.#unsent.size > 0) {
          this.flush();
        }
      },
      save: () => this.#ask("SaveAsked"),
      review: () => this.#ask("ReviewAsked"),
      tabs: () => this.toggleTabs(),
    };
  }

  #plain() {
    return new PlainSurface(this.parts.body, { readOnly: this.options.readOnly, events: this.#events() });
  }

  async #loadCode() {
    try {
      this.#monaco ??= await import(new URL("./js/monaco.js", document.baseURI).href);
    } catch {
      // Not a reason to stop anybody from working: the plain text area stays.
      await this.#call("CodeEditorMissing");
      return;
    }
    if (!this.#gone && !this.prefersPlain) {
      this.#swap(new CodeSurface(this.#monaco, this.parts.body, { readOnly: this.options.readOnly, events: this.#events(), keys: () => this.keys }));
    }
  }

  #swap(next) {
    this.#keep();
    const { focused, place } = this.#surface;
    this.#surface.dispose();
    this.#surface = next;
    this.#show();
    this.#surface.mark(this.#marks);
    this.#showTabs();
    if (focused) {
      this.#surface.jump({ ...place, length: 0 });
    }
  }

  #show() {
    this.#surface.show(this.active, this.#files.get(this.active) ?? "");
    this.#showBars();
  }

  #showBars() {
    const count = this.#surface.bars(this.#basis.get(this.active));
    this.parts.changes.textContent = count ? `${count} ${count === 1 ? "change" : "changes"}` : "";
  }

  #showTabs() {
    const code = this.#surface instanceof CodeSurface;
    if (code) {
      this.#surface.leaving = this.#leaving;
    }
    this.parts.tabs.disabled = !code;
    this.parts.tabWords.textContent = !code || this.#leaving ? "Tab leaves the editor" : "Tab inserts spaces";
  }

  // Changes

  // Takes over what the surface shows.
  #keep() {
    const text = this.#surface.text();
    if (this.#files.has(this.active) && this.#files.get(this.active) !== text) {
      this.#files.set(this.active, text);
      this.#unsent.add(this.active);
    }
  }

  #changed() {
    clearTimeout(this.#timer);
    this.#unsent.add(this.active);
    this.#timer = setTimeout(() => {
      this.#keep();
      this.#writeDraft();
      this.#showBars();
      this.#send();
    }, quietFor);
  }

  // One after the other, so that an older text never overtakes a newer one.
  #send() {
    return (this.#sending = this.#sending.then(async () => {
      for (const name of [...this.#unsent]) {
        const text = this.#files.get(name);
        const bytes = new TextEncoder().encode(text ?? "");
        if (text === undefined) {
          this.#unsent.delete(name);
        } else if (bytes.length > this.options.largest) {
          if (!this.#tooLarge.has(name)) {
            this.#tooLarge.add(name);
            await this.#call("TooLarge", name);
          }
        } else if (await this.#call("TextChanged", name, DotNet.createJSStreamReference(bytes))) {
          this.#tooLarge.delete(name);
          this.#sent.set(name, text);
          if (this.#files.get(name) === text) {
            this.#unsent.delete(name);
          }
        } else {
          // No circuit just now. The draft is safe; the page gets it as soon as there is one.
          clearTimeout(this.#timer);
          this.#timer = setTimeout(() => this.#send(), retryAfter);
          return;
        }
      }
    }));
  }

  async #ask(method) {
    if (await this.flush()) {
      await this.#call(method);
    }
  }

  async #dropped(files) {
    if (this.options.readOnly || files.length === 0) {
      return;
    }
    await this.flush();
    await this.#call("DropBegan", files.length);
    for (const file of files) {
      if (file.size > this.options.largest) {
        await this.#call("DropTooLarge", file.name, file.size);
      } else {
        let bytes;
        try {
          bytes = new Uint8Array(await file.arrayBuffer());
        } catch {
          await this.#call("DropUnreadable", file.name);
          continue;
        }
        await this.#call("FileDropped", file.name, DotNet.createJSStreamReference(bytes));
      }
    }
    await this.#call("DropEnded");
  }

  // False when the page cannot be reached.
  async #call(method, ...args) {
    if (this.#gone) {
      return false;
    }
    try {
      await this.page.invokeMethodAsync(method, ...args);
      return true;
    } catch (e) {
      console.warn(`The page did not take ${method}`, e);
      return false;
    }
  }

  // Drafts

  #restore() {
    const draft = this.drafts.read();
    const files = draft && new Map(Object.entries(draft.files));
    if (!files || this.options.readOnly) {
      return;
    }
    if (sameFiles(files, this.#basis)) {
      this.drafts.forget(); // it has been saved since
      return;
    }
    for (const [name, text] of files) {
      if (this.#files.get(name) !== text) {
        this.#files.set(name, text);
        this.#unsent.add(name);
      }
    }
    const gone = [...this.#basis.keys()].filter(name => !files.has(name));
    for (const name of gone) {
      this.#files.delete(name);
      this.#sent.delete(name);
    }
    const moved = draft.basis !== fingerprint(this.#basis);
    this.#send().then(() => this.#call("DraftRestored", draft.at, moved, gone));
  }

  #writeDraft() {
    if (this.options.readOnly || sameFiles(this.#files, this.#basis)) {
      this.drafts.forget();
    } else if (!this.drafts.write(this.#files, fingerprint(this.#basis)) && !this.#fullTold) {
      this.#fullTold = true;
      this.#call("DraftTooLarge");
    }
  }
}
