import { type MouseEvent, type PointerEvent, useCallback, useEffect, useRef } from "react";

const HOLD_MS = 450;
const MOVED_PX = 10;
/** A browser makes a click of a lifted finger within this. */
const CLICK_FOLLOWS_MS = 100;

/** The finger that lifts must not press what has come up under it meanwhile. */
function swallowRelease(): void {
  const swallow = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener("click", swallow, true);
  const stop = () => setTimeout(() => window.removeEventListener("click", swallow, true), CLICK_FOLLOWS_MS);
  window.addEventListener("pointerup", stop, { once: true, capture: true });
  window.addEventListener("pointercancel", stop, { once: true, capture: true });
}

/** A finger held still calls `onLongPress`; moving (scrolling) or lifting it early does not. A mouse never does. */
export function useLongPress(onLongPress: () => void) {
  const held = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);
  const isTouch = useRef(false);
  const latest = useRef(onLongPress);
  useEffect(() => {
    latest.current = onLongPress;
  });
  const forget = useCallback(() => {
    if (held.current) clearTimeout(held.current.timer);
    held.current = null;
  }, []);
  useEffect(() => forget, [forget]);
  return {
    onPointerDown: (event: PointerEvent) => {
      isTouch.current = event.pointerType !== "mouse";
      forget();
      if (!isTouch.current) return;
      const timer = setTimeout(() => {
        held.current = null;
        swallowRelease();
        latest.current();
      }, HOLD_MS);
      held.current = { timer, x: event.clientX, y: event.clientY };
    },
    onPointerMove: (event: PointerEvent) => {
      const from = held.current;
      if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > MOVED_PX) forget();
    },
    onPointerUp: forget,
    onPointerCancel: forget,
    // Where a held finger opens the browser's own menu, ours takes its place.
    onContextMenu: (event: MouseEvent) => {
      if (isTouch.current) event.preventDefault();
    },
  };
}
