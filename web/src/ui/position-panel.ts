const GAP_PX = 4;
const EDGE_PX = 8;

/**
 * Positions an open panel below its button, or above it when there is no room below, and keeps it inside the
 * window. The right edges are aligned; with `start`, the left edges. The panel must be `position: fixed` and
 * laid out, so that it can be measured.
 */
export function positionPanel(panel: HTMLElement, button: HTMLElement, align: "start" | "end" = "end"): void {
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
