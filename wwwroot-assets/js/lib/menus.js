// Places a menu below the button that opened it, its right edges in line, and inside the window.
export function placeMenus() {
  document.addEventListener("toggle", event => {
    const menu = event.target;
    if (event.newState !== "open" || !menu.matches?.("[popover][data-below]")) {
      return;
    }
    const button = document.querySelector(`[popovertarget="${menu.id}"]`);
    if (!button) {
      return;
    }
    const at = button.getBoundingClientRect();
    const edge = 8;
    const left = Math.min(Math.max(edge, at.right - menu.offsetWidth), innerWidth - menu.offsetWidth - edge);
    const below = at.bottom + 4;
    const top = below + menu.offsetHeight > innerHeight - edge ? Math.max(edge, at.top - menu.offsetHeight - 4) : below;
    menu.style.left = `${left}px`;
    menu.style.top = `${top}px`;
  }, true);
  // It does not follow its button.
  document.addEventListener("scroll", event => {
    if (!event.target.closest?.("[popover]")) {
      document.querySelector("[popover][data-below]:popover-open")?.hidePopover();
    }
  }, { capture: true, passive: true });
}
