import { type RefObject, useEffect } from "react";

/** Says how tall the page's own floor is: toasts and the connection strip stand on it. */
export function useFloor(floor: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const root = document.documentElement;
    const element = floor.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      root.style.setProperty("--floor", `${element.offsetHeight}px`);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      root.style.removeProperty("--floor");
    };
  }, [floor]);
}

/** What the height may shrink by without a keyboard: browsers' own bars come and go. */
const KEYBOARD_MIN_PX = 120;

/**
 * Keeps a full-height page above the on-screen keyboard. Chromium and Firefox shrink the page by themselves
 * (interactive-widget in index.html); Safari lays the keyboard over it and tells by the visual viewport.
 */
export function useVisibleHeight(): void {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!viewport) return;
    const root = document.documentElement;
    const follow = () => {
      const isCovered = window.innerHeight - viewport.height > KEYBOARD_MIN_PX && viewport.scale === 1;
      if (!isCovered) {
        root.style.removeProperty("--visible");
        delete root.dataset.keyboard;
        return;
      }
      root.style.setProperty("--visible", `${viewport.height}px`);
      root.dataset.keyboard = "";
      // Safari also moves the page to bring the field into sight: it is in sight already.
      window.scrollTo(0, 0);
    };
    viewport.addEventListener("resize", follow);
    return () => {
      viewport.removeEventListener("resize", follow);
      root.style.removeProperty("--visible");
      delete root.dataset.keyboard;
    };
  }, []);
}
