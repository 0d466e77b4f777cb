// The editor with what a stack file needs and no other language. It is large: only monaco.entry.js imports it, and only a page
// with an editor loads that, after it can be used already.
import { editor, KeyCode, KeyMod, languages, MarkerSeverity, Range, Uri } from "monaco-editor/editor/editor.api.js";
import { conf, language } from "monaco-editor/languages/definitions/yaml/yaml.js";
import "monaco-editor/features/bracketMatching/register.js";
import "monaco-editor/features/caretOperations/register.js";
import "monaco-editor/features/clipboard/register.js";
import "monaco-editor/features/comment/register.js";
import "monaco-editor/features/contextmenu/register.js";
import "monaco-editor/features/cursorUndo/register.js";
import "monaco-editor/features/find/register.js";
import "monaco-editor/features/folding/register.js";
import "monaco-editor/features/gotoError/register.js";
import "monaco-editor/features/gotoLine/register.js";
import "monaco-editor/features/hover/register.js";
import "monaco-editor/features/indentation/register.js";
import "monaco-editor/features/lineSelection/register.js";
import "monaco-editor/features/linesOperations/register.js";
import "monaco-editor/features/multicursor/register.js";
import "monaco-editor/features/placeholderText/register.js";
import "monaco-editor/features/quickCommand/register.js";
import "monaco-editor/features/readOnlyMessage/register.js";
import "monaco-editor/features/smartSelect/register.js";
import "monaco-editor/features/snippet/register.js";
import "monaco-editor/editor/contrib/suggest/browser/suggestController.js"; // the feature of that name has only its inline kind
import "monaco-editor/features/toggleTabFocusMode/register.js";
import "monaco-editor/features/unicodeHighlighter/register.js";
import "monaco-editor/features/wordHighlighter/register.js";
import "monaco-editor/features/wordOperations/register.js";
import "monaco-editor/features/diffEditor/register.js";
import { colour, currentTheme, onThemeChange } from "./theme.js";

globalThis.MonacoEnvironment = {
  getWorker: () => new Worker(new URL("./js/editor.worker.js", document.baseURI), { name: "editor" }),
};

languages.register({ id: "yaml", extensions: [".yml", ".yaml"] });
languages.setLanguageConfiguration("yaml", conf);
languages.setMonarchTokensProvider("yaml", language);

const sheet = document.createElement("link");
sheet.rel = "stylesheet";
sheet.href = new URL("./js/monaco.css", document.baseURI).href; // esbuild writes the sheets of an entry beside it
document.head.append(sheet);

/** Gives the editor our colours, now and whenever the theme changes. Returns a function that ends it. */
export function followTheme() {
  apply();
  return onThemeChange(apply);
}

function apply() {
  const hex = name => colour(name).slice(1);
  const full = name => colour(name);
  editor.defineTheme("kontena", {
    base: currentTheme() === "dark" ? "vs-dark" : "vs",
    inherit: true,
    rules: [
      { token: "", foreground: hex("text") },
      { token: "type", foreground: hex("editor-key") },
      { token: "tag", foreground: hex("editor-key") },
      { token: "string", foreground: hex("text") },
      { token: "string.yaml", foreground: hex("text") }, // the base themes have a colour of their own for it
      { token: "number", foreground: hex("editor-number") },
      { token: "keyword", foreground: hex("editor-number") },
      { token: "comment", foreground: hex("text-3") },
      { token: "operators", foreground: hex("text-3") },
      { token: "delimiter", foreground: hex("text-3") },
    ],
    colors: {
      "editor.background": full("editor-ground"),
      "editor.foreground": full("text"),
      "editorLineNumber.foreground": full("text-3"),
      "editorLineNumber.activeForeground": full("text"),
      "editorLineNumber.dimmedForeground": full("text-3"),
      "editorCursor.foreground": full("accent"),
      "editor.selectionBackground": full("accent") + "33",
      "editor.lineHighlightBackground": full("hover"),
      "editor.lineHighlightBorder": "#00000000",
      "editorIndentGuide.background1": full("line"),
      "editorIndentGuide.activeBackground1": full("line-2"),
      "editorWidget.background": full("raised"),
      "editorWidget.border": full("line-2"),
      "editorHoverWidget.background": full("raised"),
      "editorHoverWidget.border": full("line-2"),
      "editorSuggestWidget.background": full("raised"),
      "editorSuggestWidget.border": full("line-2"),
      "editorSuggestWidget.selectedBackground": full("current"),
      "editorSuggestWidget.selectedForeground": full("text"),
      "editorSuggestWidget.foreground": full("text"),
      "editorSuggestWidget.highlightForeground": full("accent"),
      "editorSuggestWidget.focusHighlightForeground": full("accent"),
      "editorSuggestWidgetStatus.foreground": full("text-2"),
      "editorHoverWidget.foreground": full("text"),
      "textCodeBlock.background": full("hover"),
      "editorError.foreground": full("crit"),
      "editorWarning.foreground": full("warn"),
      "editorInfo.foreground": full("progress"),
      "editorOverviewRuler.errorForeground": full("crit"),
      "editorOverviewRuler.warningForeground": full("warn-fill"),
      "focusBorder": full("accent"),
      "scrollbar.shadow": "#00000000",
      "editorOverviewRuler.border": "#00000000",
      "input.background": full("surface"),
      "input.border": full("control"),
    },
  });
  editor.setTheme("kontena");
}

export { editor, KeyCode, KeyMod, languages, MarkerSeverity, Range, Uri };
