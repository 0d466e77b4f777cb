// Contact with the master. Most cuts heal within three seconds, so at first only the mark pulses; then a slim banner counts down.
// A circuit that the master no longer knows cannot be healed: the page is loaded again, at the same address.
const patience = 3000;

export function followContact() {
  const root = document.documentElement;
  const banner = document.getElementById("components-reconnect-modal");
  if (!banner || !globalThis.Blazor) {
    return; // a static page
  }
  const words = banner.querySelector("[data-contact-words]");
  const retry = banner.querySelector("[data-contact-retry]");
  let lostAt = null;
  let patienceTimer = 0;

  banner.addEventListener("components-reconnect-state-changed", ({ detail }) => {
    switch (detail.state) {
      case "show":
      case "retrying":
        lose();
        next(detail.secondsToNextAttempt ?? 0);
        break;
      case "hide":
        regain();
        break;
      case "failed":
        lose();
        words.textContent = `As of ${lostAt}. The master did not answer for a long time.`;
        break;
      default: // rejected, resume-failed: this circuit is gone for good
        location.reload();
    }
  });
  retry.addEventListener("click", () => tryNow());
  addEventListener("online", () => lostAt && tryNow());

  Blazor.start({
    circuit: {
      reconnectionOptions: {
        maxRetries: 100_000, // a tab left open over a week-end heals on Monday
        retryIntervalMilliseconds: attempt => attempt < 3 ? 500 * attempt : Math.min(10_000, 1000 * attempt),
      },
    },
  });

  function lose() {
    if (lostAt === null) {
      lostAt = new Date().toLocaleTimeString("en-GB");
      root.dataset.contact = "short";
      patienceTimer = setTimeout(() => root.dataset.contact = "lost", patience);
    }
  }

  function next(seconds) {
    words.textContent = seconds > 0 ? `As of ${lostAt}. Next try in ${seconds} s.` : `As of ${lostAt}. Trying now.`;
  }

  function regain() {
    clearTimeout(patienceTimer);
    delete root.dataset.contact;
    lostAt = null;
  }

  async function tryNow() {
    try {
      words.textContent = `As of ${lostAt}. Trying now.`;
      if (!await Blazor.reconnect() && !await Blazor.resumeCircuit()) {
        location.reload();
      } else {
        regain();
      }
    } catch {
      words.textContent = `As of ${lostAt}. Still no answer.`; // the framework's own attempts go on
    }
  }
}
