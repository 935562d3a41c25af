import { useLayoutEffect } from "react";
import { positionOf, savePosition } from "../../browser/scroll-positions.ts";

const GIVE_UP_MS = 2_000;

/**
 * Comes back to where a path was left. The position is noted while scrolling (at the change of path the old page is gone
 * already); it is restored as soon as the page is tall enough, unless the person scrolls first. A `#part` wins over it.
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
    const timer = setTimeout(stop, GIVE_UP_MS);
    if (isRestoring) observer.observe(document.body);
    else stop();

    const onScroll = () => {
      if (!isRestoring) savePosition(path, window.scrollY);
    };
    const byHand = ["wheel", "touchmove", "keydown"] as const;
    for (const type of byHand) window.addEventListener(type, stop, { passive: true });
    window.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      stop();
      for (const type of byHand) window.removeEventListener(type, stop);
      window.removeEventListener("scroll", onScroll);
    };
  }, [path]);
}
