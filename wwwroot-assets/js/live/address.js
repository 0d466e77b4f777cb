// Filters and windows in the address, so that a reload or a copied link shows the same.

/** One value of the query string, or the default. */
export function fromAddress(name, otherwise = "") {
  return new URLSearchParams(location.search).get(name) ?? otherwise;
}

/** Writes values into the query string without a step in the history; null, "" and false leave a name out. */
export function toAddress(values) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === "" || value === false) {
      query.delete(name);
    } else {
      query.set(name, value === true ? "1" : value);
    }
  }
  const text = query.toString();
  const address = `${location.pathname}${text === "" ? "" : `?${text}`}${location.hash}`;
  // The state belongs to the framework's router and must survive.
  history.replaceState(history.state, "", address);
}
