// What a key means inside the log.

const steps = { ArrowUp: "up", ArrowDown: "down" };

/**
 * `pause`, `newest`, `up`, `down`, `leave`, `copy`, `press`, `search` or null. `row` says that a row has the focus, `selected` that
 * text is selected, whose copying is the browser's own business.
 */
export function meaning(e, { row, selected }) {
  const control = e.ctrlKey || e.metaKey;
  if (e.key === "PageUp" || e.key === "Home") {
    return "pause";
  }
  if (e.key === "End") {
    return "newest";
  }
  if (Object.hasOwn(steps, e.key)) {
    return steps[e.key];
  }
  if (control && e.key === "f") {
    return "search";
  }
  if (!row) {
    return null;
  }
  if (e.key.toLowerCase() === "c" && !e.altKey && !selected) {
    return "copy";
  }
  return { Escape: "leave", Enter: "press" }[e.key] ?? null;
}
