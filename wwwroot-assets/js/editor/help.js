// Explains a key under the pointer and offers the keys and values that fit where the cursor is.

import { keyAt, keysAt } from "./keys.js";
import { keyOn, pathAt, pathFor } from "./yaml.js";

/** Registers both for models in `folder`; the answer ends them. */
export function provideHelp(monaco, folder, keys) {
  const ours = model => model.uri.toString().startsWith(monaco.Uri.parse(folder).toString());
  const hover = monaco.languages.registerHoverProvider("yaml", {
    provideHover: (model, { lineNumber, column }) => {
      const key = ours(model) && keyOn(model.getLineContent(lineNumber));
      if (!key || column - 1 < key.from || column - 1 > key.to) {
        return null;
      }
      const found = keyAt(keys(), model.getValue(), pathAt(model.getLinesContent(), lineNumber - 1));
      return found && {
        range: new monaco.Range(lineNumber, key.from + 1, lineNumber, key.to + 1),
        contents: explanation(found).map(value => ({ value })),
      };
    },
  });
  const completion = monaco.languages.registerCompletionItemProvider("yaml", {
    triggerCharacters: [" "],
    provideCompletionItems: (model, { lineNumber, column }) => {
      if (!ours(model)) {
        return null;
      }
      const line = model.getLineContent(lineNumber);
      const before = line.slice(0, column - 1);
      return values(before) ?? names(before);

      function values(text) {
        const match = /^(\s*(?:- +)*)([\w-]+):\s+([\w-]*)$/.exec(text);
        if (!match) {
          return null;
        }
        const found = keyAt(keys(), model.getValue(), pathAt(model.getLinesContent(), lineNumber - 1) ?? []);
        const from = column - match[3].length;
        return {
          suggestions: (found?.values ?? []).map(value => ({
            label: value, kind: monaco.languages.CompletionItemKind.Value, insertText: value,
            range: new monaco.Range(lineNumber, from, lineNumber, column),
          })),
        };
      }

      function names(text) {
        const match = /^(\s*(?:- +)?)([\w-]*)$/.exec(text);
        if (!match) {
          return { suggestions: [] };
        }
        const indent = match[1].length;
        const lines = model.getLinesContent();
        const here = keysAt(keys(), model.getValue(), pathFor(lines, lineNumber - 1, indent)) ?? [];
        return {
          suggestions: here.filter(key => !key.refusal).map(key => ({
            label: key.name, kind: monaco.languages.CompletionItemKind.Property, detail: key.form ?? undefined,
            documentation: { value: explanation(key).slice(1).join("\n\n") },
            insertText: key.nested ? `${key.name}:\n${" ".repeat(indent + 2)}` : `${key.name}: `,
            command: key.values?.length > 0 ? { id: "editor.action.triggerSuggest", title: "" } : undefined,
            range: new monaco.Range(lineNumber, indent + 1, lineNumber, column),
          })),
        };
      }
    },
  });
  return () => {
    hover.dispose();
    completion.dispose();
  };
}

// Paragraphs for the hover card. The texts are our own, but the signs of markdown in them are meant literally.
function explanation(key) {
  const facts = [
    key.values?.length > 0 && `one of ${key.values.join(", ")}`, key.form, key.default && `default ${key.default}`,
  ].filter(Boolean).join("; ");
  return [
    `**${key.name}**`, plain(key.refusal ? `${key.summary} ${key.refusal}` : key.summary), plain(facts),
    key.example && `\`${key.name}: ${key.example.replaceAll("`", "'")}\``,
  ].filter(Boolean);
}

function plain(text) {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~$]/g, "\\$&");
}
