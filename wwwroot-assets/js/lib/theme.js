// Colours for canvases and for the editor: what a token is on this element, in this theme, right now.

/** @param {string} name of a token without its prefix: "accent", "series-1" @param {Element} on */
export function colour(name, on = document.documentElement) {
  return getComputedStyle(on).getPropertyValue(`--k-${name}`).trim();
}

/** The colours of the series in their order. */
export function seriesColours(on = document.documentElement) {
  return [1, 2, 3, 4, 5, 6].map(number => colour(`series-${number}`, on));
}

/** "light" or "dark", whichever of the two is seen. */
export function currentTheme() {
  return getComputedStyle(document.documentElement).colorScheme === "dark" ? "dark" : "light";
}

/** Calls back after the theme changed, by choice or with the system. Returns a function that ends it. */
export function onThemeChange(changed) {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", changed);
  };
}
