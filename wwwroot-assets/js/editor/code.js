// The text in the code editor.

import { changes } from "./diff.js";
import { provideHelp } from "./help.js";

let serial = 0;

export class CodeSurface {
  #models = new Map();
  #views = new Map();
  #marks = new Map();
  #bars = null;
  #name = null;
  #ends = [];
  #quiet = false;

  /** `monaco` is the module; `keys()` gives the known keys. */
  constructor(monaco, host, { readOnly, events, keys }) {
    this.monaco = monaco;
    this.events = events;
    this.folder = `inmemory://stack-${++serial}/`;
    this.editor = monaco.editor.create(host, {
      model: null, readOnly, theme: "kontena", automaticLayout: true,
      fontFamily: getComputedStyle(host).getPropertyValue("--k-mono") || "monospace", fontSize: 12, lineHeight: 20,
      tabSize: 2, insertSpaces: true, detectIndentation: false, minimap: { enabled: false }, scrollBeyondLastLine: false,
      renderLineHighlight: "all", wordBasedSuggestions: "off", quickSuggestions: { other: true, strings: true, comments: false },
      glyphMargin: false, lineNumbersMinChars: 4, lineDecorationsWidth: 14, folding: true, fixedOverflowWidgets: true, links: false,
      stickyScroll: { enabled: false }, padding: { top: 10, bottom: 10 }, overviewRulerLanes: 2, renderWhitespace: "selection",
      guides: { indentation: true }, scrollbar: { alwaysConsumeMouseWheel: false, verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
      smoothScrolling: false, cursorBlinking: matchMedia("(prefers-reduced-motion: reduce)").matches ? "solid" : "blink",
    });
    const { KeyCode, KeyMod } = monaco;
    this.#ends.push(
      monaco.followTheme(),
      provideHelp(monaco, this.folder, keys),
      this.editor.onDidChangeCursorPosition(e => events.moved(e.position.lineNumber, e.position.column)),
      this.editor.onDidBlurEditorText(() => events.left()));
    this.editor.addCommand(KeyMod.CtrlCmd | KeyCode.KeyS, () => events.save());
    this.editor.addCommand(KeyMod.CtrlCmd | KeyCode.Enter, () => events.review());
    this.editor.addCommand(KeyMod.CtrlCmd | KeyCode.KeyM, () => events.tabs());
    this.editor.addCommand(KeyMod.WinCtrl | KeyMod.Shift | KeyCode.KeyM, () => events.tabs());
  }

  /** Whether Tab leaves the editor instead of indenting. */
  set leaving(on) {
    this.editor.updateOptions({ tabFocusMode: on });
  }

  get focused() {
    return this.editor.hasTextFocus();
  }

  text() {
    return this.editor.getModel().getValue();
  }

  show(name, text) {
    if (this.#name !== null && this.#models.has(this.#name)) {
      this.#views.set(this.#name, this.editor.saveViewState());
    }
    this.#name = name;
    let model = this.#models.get(name);
    if (!model) {
      const uri = this.monaco.Uri.parse(this.folder + encodeURIComponent(name));
      model = this.monaco.editor.createModel(text, /\.ya?ml$/i.test(name) ? "yaml" : "plaintext", uri);
      model.updateOptions({ bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false } });
      model.onDidChangeContent(() => !this.#quiet && name === this.#name && this.events.changed());
      this.#models.set(name, model);
      this.#setMarks(name);
    } else if (model.getValue() !== text) {
      this.#quietly(() => model.setValue(text));
    }
    this.editor.setModel(model);
    this.editor.updateOptions({ ariaLabel: name });
    this.#bars = this.editor.createDecorationsCollection();
    const view = this.#views.get(name);
    if (view) {
      this.editor.restoreViewState(view);
    }
    const { lineNumber, column } = this.editor.getPosition();
    this.events.moved(lineNumber, column);
  }

  /** Puts in another text as an edit, so that undo brings the old one back. */
  replace(text) {
    const model = this.editor.getModel();
    this.#quietly(() => {
      model.pushStackElement();
      model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
      model.pushStackElement();
    });
  }

  get place() {
    const { lineNumber, column } = this.editor.getPosition();
    return { line: lineNumber, column };
  }

  jump({ line, column, length }) {
    const model = this.editor.getModel();
    const at = Math.min(Math.max(1, line), model.getLineCount());
    const from = Math.min(Math.max(1, column), model.getLineMaxColumn(at));
    this.editor.setSelection({ startLineNumber: at, startColumn: from, endLineNumber: at, endColumn: Math.min(from + length, model.getLineMaxColumn(at)) });
    this.editor.revealLineInCenterIfOutsideViewport(at);
    this.editor.focus();
  }

  focus() {
    this.editor.focus();
  }

  set readOnly(on) {
    this.editor.updateOptions({ readOnly: on });
  }

  /** Findings by file. */
  mark(byFile) {
    this.#marks = byFile;
    for (const name of this.#models.keys()) {
      this.#setMarks(name);
    }
  }

  /** Bars beside the lines that differ from the saved text; answers how many places do. */
  bars(saved) {
    const model = this.editor.getModel();
    const found = saved === undefined ? [] : changes(saved.split(/\r?\n/), model.getLinesContent());
    this.#bars?.set(found.map(({ from, to, kind }) => ({
      range: new this.monaco.Range(Math.min(model.getLineCount(), from + 1), 1, Math.max(from + 1, to), 1),
      options: { isWholeLine: true, linesDecorationsClassName: `k-editor-bar k-${kind}` },
    })));
    return found.length;
  }

  forget(name) {
    this.#models.get(name)?.dispose();
    this.#models.delete(name);
    this.#views.delete(name);
    if (this.#name === name) {
      this.#name = null;
    }
  }

  dispose() {
    for (const end of this.#ends) {
      if (typeof end === "function") {
        end();
      } else {
        end.dispose();
      }
    }
    this.editor.dispose();
    for (const model of this.#models.values()) {
      model.dispose();
    }
  }

  #setMarks(name) {
    const { MarkerSeverity, editor } = this.monaco;
    const model = this.#models.get(name);
    editor.setModelMarkers(model, "kontena", (this.#marks.get(name) ?? []).filter(f => f.line > 0).map(f => {
      const line = Math.min(f.line, model.getLineCount());
      return {
        startLineNumber: line, startColumn: f.column, endLineNumber: line, endColumn: f.column + Math.max(1, f.length),
        message: f.message, severity: f.warning ? MarkerSeverity.Warning : MarkerSeverity.Error,
      };
    }));
  }

  #quietly(act) {
    this.#quiet = true;
    try {
      act();
    } finally {
      this.#quiet = false;
    }
  }
}
