import { type MouseEvent, type PointerEvent, useCallback, useEffect, useRef } from "react";

const HOLD_MS = 450;
const MOVE_TOLERANCE_PX = 10;
/** The browser fires the click within this time after the finger lifts. */
const CLICK_WITHIN_MS = 100;

/** Suppresses the click when the finger lifts, which would press an item of the sheet that has just opened. */
function suppressNextClick(): void {
  const suppress = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener("click", suppress, true);
  const stop = () => setTimeout(() => window.removeEventListener("click", suppress, true), CLICK_WITHIN_MS);
  window.addEventListener("pointerup", stop, { once: true, capture: true });
  window.addEventListener("pointercancel", stop, { once: true, capture: true });
}

/**
 * Calls `onLongPress` when a finger is held still. Not when it moves (scrolls) or lifts early, and not for
 * a mouse.
 */
export function useLongPress(onLongPress: () => void) {
  const held = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);
  const isTouch = useRef(false);
  const latest = useRef(onLongPress);
  useEffect(() => {
    latest.current = onLongPress;
  });
  const cancel = useCallback(() => {
    if (held.current) clearTimeout(held.current.timer);
    held.current = null;
  }, []);
  useEffect(() => cancel, [cancel]);
  return {
    onPointerDown: (event: PointerEvent) => {
      isTouch.current = event.pointerType !== "mouse";
      cancel();
      if (!isTouch.current) return;
      const timer = setTimeout(() => {
        held.current = null;
        suppressNextClick();
        latest.current();
      }, HOLD_MS);
      held.current = { timer, x: event.clientX, y: event.clientY };
    },
    onPointerMove: (event: PointerEvent) => {
      const from = held.current;
      if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > MOVE_TOLERANCE_PX) cancel();
    },
    onPointerUp: cancel,
    onPointerCancel: cancel,
    // Replaces the browser's context menu of a long press.
    onContextMenu: (event: MouseEvent) => {
      if (isTouch.current) event.preventDefault();
    },
  };
}
