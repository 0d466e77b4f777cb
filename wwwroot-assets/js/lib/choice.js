// The theme: light, dark, or the system's. Kept in a cookie, so that the server's first answer already has it.
const year = 60 * 60 * 24 * 365;

export function listenForTheme() {
  document.addEventListener("click", event => {
    const choice = event.target.closest("[data-theme-choice]")?.dataset.themeChoice;
    if (choice) {
      document.documentElement.dataset.theme = choice;
      const secure = location.protocol === "https:" ? "; secure" : "";
      document.cookie = `k-theme=${choice}; path=/; max-age=${year}; samesite=lax${secure}`;
      markChoice();
    }
  });
  // A menu tells the present choice when it opens; Blazor may have drawn it anew since.
  document.addEventListener("toggle", markChoice, true);
}

function markChoice() {
  const now = document.documentElement.dataset.theme ?? "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === now));
  }
}
