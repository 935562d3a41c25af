import { type RefObject, useEffect, useRef, useState } from "react";

/** Returns true while `isActive`, and for `lingerMs` after it ends. */
export function useShownWhile(isActive: boolean, lingerMs: number): boolean {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (isActive) {
      setShown(true);
      return;
    }
    const timer = setTimeout(() => setShown(false), lingerMs);
    return () => clearTimeout(timer);
  }, [isActive, lingerMs]);
  return isShown;
}

/**
 * Keeps a list at its end when its height changes, because the on-screen keyboard opens or the composer
 * grows.
 */
export function useKeepAtEnd(scroller: RefObject<HTMLElement | null>, isAtEnd: boolean): void {
  const wasAtEnd = useRef(isAtEnd);
  useEffect(() => {
    wasAtEnd.current = isAtEnd;
  }, [isAtEnd]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let height = element.clientHeight;
    const observer = new ResizeObserver(() => {
      // The observer also reports the initial height, at which the list may not be at its end.
      if (element.clientHeight === height) return;
      height = element.clientHeight;
      if (wasAtEnd.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
}
