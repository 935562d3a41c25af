const GAP_PX = 4;
const EDGE_PX = 8;

/**
 * Puts a panel under its button (or above, where there is no room), inside the window. Its right edges meet the button's, or
 * with `start` the left ones.
 */
export function place(panel: HTMLElement, button: HTMLElement, align: "start" | "end" = "end"): void {
  const anchor = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const left = Math.min(
    Math.max(EDGE_PX, align === "end" ? anchor.right - width : anchor.left),
    window.innerWidth - width - EDGE_PX,
  );
  const below = anchor.bottom + GAP_PX;
  const top =
    below + height > window.innerHeight - EDGE_PX ? Math.max(EDGE_PX, anchor.top - height - GAP_PX) : below;
  panel.style.left = `${left}px`;
  panel.style.top = `${top}px`;
}
