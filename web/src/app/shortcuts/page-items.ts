// Posts, comments and notifications mark themselves with data-item, and their buttons with data-action; the shell's keys
// then work on all of them without knowing any.

function items(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("#main [data-item]")];
}

function currentItem(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>("[data-item]") ?? null;
}

/** Focuses the next (1) or previous (-1) item; with none focused, the first that can be seen. */
export function moveItem(step: 1 | -1): void {
  const all = items();
  const current = currentItem();
  const next = current
    ? all[all.indexOf(current) + step]
    : all.find((item) => item.getBoundingClientRect().bottom > window.innerHeight * 0.2);
  if (!next) return;
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

/** Presses a button of the focused item, or of the page's only one. */
export function actOnItem(action: "upvote" | "comment"): void {
  const all = items();
  const item = currentItem() ?? (all.length === 1 ? all[0] : null);
  item?.querySelector<HTMLElement>(`[data-action="${action}"]`)?.click();
}
