// What was typed and not saved, in this browser tab's own storage: a reload, a lost circuit or a wrong press loses nothing.

const prefix = "k-draft:";

export class Drafts {
  /** `key` names what is edited; null keeps no drafts. */
  constructor(key) {
    this.key = key === null ? null : prefix + key;
  }

  /** `{ at, basis, files }` or null. */
  read() {
    if (this.key === null) {
      return null;
    }
    try {
      const draft = JSON.parse(sessionStorage.getItem(this.key));
      const whole = draft && typeof draft.at === "number" && draft.files && Object.values(draft.files).every(t => typeof t === "string");
      return whole ? draft : null;
    } catch {
      return null; // storage is switched off, or holds something that is no draft of ours
    }
  }

  /** Answers false when there was no room. */
  write(files, basis) {
    if (this.key === null) {
      return true;
    }
    try {
      sessionStorage.setItem(this.key, JSON.stringify({ at: Date.now(), basis, files: Object.fromEntries(files) }));
      return true;
    } catch {
      return false; // full or switched off: the caller says so
    }
  }

  forget() {
    if (this.key !== null) {
      try {
        sessionStorage.removeItem(this.key);
      } catch {
        // Storage is switched off, so nothing was kept either.
      }
    }
  }
}

export function sameFiles(one, other) {
  return one.size === other.size && [...one].every(([name, text]) => other.get(name) === text);
}

/** Tells two states of the files apart; not for anything secret. */
export function fingerprint(files) {
  let hash = 5381;
  for (const [name, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const part of [name, "\u0000", text, "\u0000"]) {
      for (let n = 0; n < part.length; n++) {
        hash = (hash * 33 + part.charCodeAt(n)) | 0;
      }
    }
  }
  return hash;
}
