/**
 * Moves between the items of a page and presses their buttons. Posts, comments and notifications carry `data-item`, their
 * buttons `data-action`, so that the shortcuts work on all of them.
 */

function items(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("#main [data-item]")];
}

function currentItem(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>("[data-item]") ?? null;
}

/** Focuses the next (1) or previous (-1) item; when none is focused, the first visible one. */
export function focusItem(step: 1 | -1): void {
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

/** Presses a button of the focused item, or of the only item of the page. */
export function pressItemButton(action: "upvote" | "comment"): void {
  const all = items();
  const item = currentItem() ?? (all.length === 1 ? all[0] : null);
  item?.querySelector<HTMLElement>(`[data-action="${action}"]`)?.click();
}
