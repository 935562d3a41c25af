import { useLayoutEffect } from "react";
import { positionOf, savePosition } from "../../browser/scroll-positions.ts";

const RESTORE_TIMEOUT_MS = 2_000;

/**
 * Restores the scroll position of a path. The position is saved while scrolling, because the old page is unmounted when the
 * path changes. It is restored as soon as the page is tall enough, unless the user scrolls first. A `#fragment` overrides it.
 */
export function useScrollRestoration(path: string): void {
  useLayoutEffect(() => {
    history.scrollRestoration = "manual";
    const target = location.hash ? 0 : positionOf(path);
    let isRestoring = target > 0;
    if (!location.hash) window.scrollTo(0, target);

    const stop = () => {
      isRestoring = false;
      observer.disconnect();
      clearTimeout(timer);
    };
    const attempt = () => {
      window.scrollTo(0, target);
      if (Math.abs(window.scrollY - target) <= 1) stop();
    };
    const observer = new ResizeObserver(attempt);
    const timer = setTimeout(stop, RESTORE_TIMEOUT_MS);
    if (isRestoring) observer.observe(document.body);
    else stop();

    const onScroll = () => {
      if (!isRestoring) savePosition(path, window.scrollY);
    };
    const userInput = ["wheel", "touchmove", "keydown"] as const;
    for (const type of userInput) window.addEventListener(type, stop, { passive: true });
    window.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      stop();
      for (const type of userInput) window.removeEventListener(type, stop);
      window.removeEventListener("scroll", onScroll);
    };
  }, [path]);
}
