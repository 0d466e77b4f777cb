// One connection to the master's live hub, shared by everything on a page that streams. It heals itself: whoever
// follows a stream is told what goes on and gets the stream anew after every cut.

import { HubConnectionBuilder, HubConnectionState, LogLevel } from "@microsoft/signalr";

const waits = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000];
const idleBeforeClosing = 5_000;

let shared = null;

/** The page's connection to the hub at `address`. */
export function liveConnection(address = "/live") {
  return (shared ??= new LiveConnection(address));
}

class LiveConnection {
  #hub;
  #follows = new Set();
  #failures = 0;
  #retry = 0;
  #starting = false;
  #idle = 0;
  #calls = 0;

  constructor(address) {
    this.#hub = new HubConnectionBuilder().withUrl(address).configureLogging(LogLevel.Error).build();
    this.#hub.onclose(() => this.#lost());
    // Most cuts end when the network or the person comes back: then waiting out the pause would be silly.
    addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.retry());
  }

  /**
   * Follows a stream until `stop` is called. `args` is asked anew for each attempt; `item` gets what arrives, with
   * `true` for the first item after a start; `state` gets `{ name, message, at }` with name `connecting`, `live`,
   * `waiting` (next try at `at`), `refused` or `ended`.
   */
  follow(method, args, item, state) {
    const follow = { method, args, item, state, subscription: null, timer: 0, refusals: 0 };
    this.#follows.add(follow);
    clearTimeout(this.#idle);
    state({ name: "connecting" });
    if (this.#hub.state === HubConnectionState.Connected) {
      this.#open(follow);
    } else {
      this.#start();
    }
    return {
      stop: () => {
        this.#follows.delete(follow);
        clearTimeout(follow.timer);
        follow.subscription?.dispose();
        this.#closeWhenIdle();
      },
      again: () => {
        clearTimeout(follow.timer);
        follow.subscription?.dispose();
        follow.subscription = null;
        if (this.#hub.state === HubConnectionState.Connected) {
          this.#open(follow);
        } else {
          this.retry();
        }
      },
    };
  }

  /** Calls a method of the hub once. Rejects with a message for people when there is no contact or the master refuses. */
  async call(method, ...args) {
    if (this.#hub.state !== HubConnectionState.Connected) {
      this.retry();
      throw new Error("There is no contact with the master at the moment. Try again when it is back.");
    }
    this.#calls++;
    try {
      return await this.#hub.invoke(method, ...args);
    } catch (e) {
      throw new Error(words(e), { cause: e });
    } finally {
      this.#calls--;
      this.#closeWhenIdle();
    }
  }

  /** Tries again now instead of at the end of the pause. */
  retry() {
    if (this.#retry !== 0) {
      clearTimeout(this.#retry);
      this.#retry = 0;
      this.#start();
    }
  }

  async #start() {
    if (this.#starting || this.#retry !== 0 || this.#hub.state !== HubConnectionState.Disconnected) {
      return;
    }
    this.#starting = true;
    this.#tell({ name: "connecting" });
    try {
      await this.#hub.start();
      this.#failures = 0;
      for (const follow of this.#follows) {
        this.#open(follow);
      }
    } catch (e) {
      this.#lost(e);
    } finally {
      this.#starting = false;
      this.#closeWhenIdle();
    }
  }

  #lost(cause) {
    for (const follow of this.#follows) {
      follow.subscription = null;
      clearTimeout(follow.timer);
    }
    if (this.#follows.size === 0) {
      return;
    }
    // A session that has ended does not come back by knocking faster.
    const refused = cause?.statusCode === 401 || cause?.statusCode === 403 || /Status code '40[13]'/.test(cause?.message ?? "");
    const wait = refused ? waits.at(-1) : waits[Math.min(this.#failures++, waits.length - 1)] * (1 + Math.random() * 0.2);
    this.#retry = setTimeout(() => {
      this.#retry = 0;
      this.#start();
    }, wait);
    this.#tell(refused
      ? { name: "refused", message: "You are signed out, or may not see this. Sign in again and reload the page." }
      : { name: "waiting", at: Date.now() + wait });
  }

  #open(follow) {
    let first = true;
    const subscription = this.#hub.stream(follow.method, ...follow.args()).subscribe({
      next: value => {
        if (follow.subscription !== subscription) {
          return;
        }
        if (first) {
          follow.refusals = 0;
        }
        follow.state({ name: "live" });
        follow.item(value, first);
        first = false;
      },
      error: e => this.#closed(follow, subscription, { name: "refused", message: words(e) }),
      complete: () => this.#closed(follow, subscription, { name: "ended" }),
    });
    follow.subscription = subscription;
    follow.state({ name: "live" });
  }

  // The stream ended while the connection stands: the master said no, or has nothing more. Ask again, ever less often.
  #closed(follow, subscription, state) {
    if (follow.subscription !== subscription || this.#hub.state !== HubConnectionState.Connected) {
      return;
    }
    follow.subscription = null;
    follow.state(state);
    const wait = waits[Math.min(2 + follow.refusals++, waits.length - 1)];
    follow.timer = setTimeout(() => this.#hub.state === HubConnectionState.Connected && this.#open(follow), wait);
  }

  #tell(state) {
    for (const follow of this.#follows) {
      follow.state(state);
    }
  }

  #closeWhenIdle() {
    clearTimeout(this.#idle);
    if (this.#follows.size === 0 && this.#calls === 0) {
      this.#idle = setTimeout(() => {
        if (this.#follows.size === 0 && this.#hub.state === HubConnectionState.Connected) {
          this.#hub.stop();
        }
      }, idleBeforeClosing);
    }
  }
}

// What a HubException says; anything else is not for people's eyes.
function words(e) {
  const said = /HubException: (.*)$/s.exec(e?.message ?? "");
  return said ? said[1] : "The master could not answer this. Try again; if it stays so, look into the master's own log.";
}
