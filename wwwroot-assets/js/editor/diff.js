// Which lines of a text are new or changed against an earlier one.

const most = 4_000_000; // cells of the table; beyond, the whole middle counts as changed

/** `{ from, to, kind }` with lines from 0, `to` excluded; kind is `added`, `changed` or `removed` (then from = to). */
export function changes(before, after) {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) {
    start++;
  }
  let [oldEnd, newEnd] = [before.length, after.length];
  while (oldEnd > start && newEnd > start && before[oldEnd - 1] === after[newEnd - 1]) {
    oldEnd--;
    newEnd--;
  }
  const [old, fresh] = [before.slice(start, oldEnd), after.slice(start, newEnd)];
  const found = [];
  const note = (removed, from, to) => {
    if (removed > 0 || to > from) {
      found.push({ from: start + from, to: start + to, kind: removed === 0 ? "added" : to === from ? "removed" : "changed" });
    }
  };
  if (old.length * fresh.length > most) {
    note(old.length, 0, fresh.length);
    return found;
  }
  const same = common(old, fresh);
  let [o, f] = [0, 0];
  for (const [a, b] of [...same, [old.length, fresh.length]]) {
    note(a - o, f, b);
    [o, f] = [a + 1, b + 1];
  }
  return found;
}

// The longest common subsequence as pairs of indexes.
function common(one, other) {
  const width = other.length + 1;
  const length = new Uint32Array((one.length + 1) * width);
  for (let a = one.length - 1; a >= 0; a--) {
    for (let b = other.length - 1; b >= 0; b--) {
      length[a * width + b] = one[a] === other[b]
        ? length[(a + 1) * width + b + 1] + 1
        : Math.max(length[(a + 1) * width + b], length[a * width + b + 1]);
    }
  }
  const pairs = [];
  let [a, b] = [0, 0];
  while (a < one.length && b < other.length) {
    if (one[a] === other[b]) {
      pairs.push([a++, b++]);
    } else if (length[(a + 1) * width + b] >= length[a * width + b + 1]) {
      a++;
    } else {
      b++;
    }
  }
  return pairs;
}
