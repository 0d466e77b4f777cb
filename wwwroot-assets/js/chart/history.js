// Samples of several sources over a window of time, and the tables that a chart draws from them.

/** The length of a window in milliseconds. */
export const windows = { "10m": 600_000, "1h": 3_600_000, "24h": 86_400_000 };

// More samples than this for one source would be more than any screen has pixels.
const most = 4_000;

/** Samples by source; each sample is an array whose first number is its time in milliseconds. */
export class History {
  #sources = new Map();

  constructor(length) {
    this.length = length;
  }

  get empty() {
    return this.#sources.size === 0;
  }

  /** In the order people count: web-2 before web-10. */
  get names() {
    return [...this.#sources.keys()].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  }

  get newest() {
    return Math.max(0, ...[...this.#sources.values()].map(points => points.at(-1)[0]));
  }

  /**
   * Where a chart that ends at `end` begins: the whole window, or less of it while there are samples for a part only, so that
   * a fresh service is not a dot at the edge.
   */
  begin(end) {
    const oldest = Math.min(end, ...[...this.#sources.values()].map(points => points[0][0]));
    return Math.max(end - this.length, Math.min(oldest, end - this.length / 5));
  }

  clear() {
    this.#sources.clear();
  }

  /** Adds samples; those that are not newer than what is here are passed over. */
  add(name, points) {
    const known = this.#sources.get(name) ?? [];
    let last = known.at(-1)?.[0] ?? -Infinity;
    for (const point of points) {
      if (point[0] > last) {
        known.push(point);
        last = point[0];
      }
    }
    if (known.length > 0) {
      this.#sources.set(name, known);
    }
  }

  /** Drops what is older than the window before `now`. */
  trim(now) {
    const oldest = now - this.length;
    for (const [name, points] of this.#sources) {
      let n = Math.max(0, points.length - most);
      while (n < points.length && points[n][0] < oldest) {
        n++;
      }
      if (n === points.length) {
        this.#sources.delete(name);
      } else if (n > 0) {
        points.splice(0, n);
      }
    }
  }

  last(name) {
    return this.#sources.get(name)?.at(-1);
  }

  /** The usual time between two samples. */
  get step() {
    const gaps = [...this.#sources.values()].flatMap(points => points.slice(-50).map((p, n, all) => (n === 0 ? 0 : p[0] - all[n - 1][0]))).filter(g => g > 0);
    gaps.sort((a, b) => a - b);
    return gaps.length > 0 ? gaps[gaps.length >> 1] : 1_000;
  }

  /**
   * Times in seconds and, for each name, one value per time. `undefined` says that this source has no sample just then,
   * null that the source was away and its line must break.
   */
  table(names, value) {
    const { step } = this;
    const slot = at => Math.round(at / step);
    const slots = new Set();
    const series = names.map(name => {
      const values = new Map();
      let before = null;
      for (const point of this.#sources.get(name) ?? []) {
        const at = slot(point[0]);
        if (before !== null && at - before > 4) {
          values.set(before + 1, null);
          slots.add(before + 1);
        }
        values.set(at, value(point));
        slots.add(at);
        before = at;
      }
      return values;
    });
    const times = [...slots].sort((a, b) => a - b);
    return [times.map(t => (t * step) / 1_000), ...series.map(values => times.map(t => values.get(t)))];
  }
}

/** Joins columns by a function over the values present, as for a sum or the highest. */
export function combined(columns, join) {
  return columns.length === 0 ? [] : columns[0].map((_, n) => {
    const values = columns.map(c => c[n]).filter(v => v !== null && v !== undefined);
    return values.length > 0 ? join(values) : columns.some(c => c[n] === null) ? null : undefined;
  });
}

export const sum = values => values.reduce((a, b) => a + b, 0);

export const highest = values => Math.max(...values);
