// The keys that a stack file knows, found by their path. `known` is `{ file, service, variable, volume }`, each a list of
// `{ name, summary, form, default, example, values, refusal, nested, formats, keys, entries }`.

const [version1, version2, stack] = [1, 2, 4];

/** The keys allowed inside the mapping at this path; null where names are free. */
export function keysAt(known, text, path) {
  const format = formatOf(text);
  return mapping(known, format, path)?.filter(key => (key.formats & format) !== 0) ?? null;
}

/** The key at this path, or null. */
export function keyAt(known, text, path) {
  return mapping(known, formatOf(text), path.slice(0, -1))?.find(k => k.name === path.at(-1)) ?? null;
}

function formatOf(text) {
  return text.trim() === "" || /^stack\s*:/m.test(text) ? stack : /^services\s*:/m.test(text) ? version2 : version1;
}

function mapping(known, format, path) {
  if (format === version1) {
    return path.length === 0 ? null : within(known.service, path.slice(1));
  }
  if (path.length === 0) {
    return format === stack ? known.file : null;
  }
  const roots = { services: known.service, variables: known.variable, volumes: known.volume };
  if (Object.hasOwn(roots, path[0])) {
    return path.length === 1 ? null : within(roots[path[0]], path.slice(2));
  }
  return format === stack ? within(known.file, path) : null;
}

function within(keys, path) {
  let here = keys;
  let entries = null;
  for (const step of path) {
    if (step === -1) {
      [here, entries] = [entries, null];
    } else {
      const key = here?.find(k => k.name === step);
      [here, entries] = [some(key?.keys), some(key?.entries)];
    }
    if (!here && !entries) {
      return null;
    }
  }
  return here;
}

function some(keys) {
  return keys?.length > 0 ? keys : null;
}
