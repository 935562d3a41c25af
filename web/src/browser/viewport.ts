/** The visible part of the page, as CSS variables on the root element. */
import { type RefObject, useEffect } from "react";

/** Keeps `--footer` at the height of the page's own footer: toasts and the connection strip are placed above it. */
export function useFooterHeight(footer: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const root = document.documentElement;
    const element = footer.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      root.style.setProperty("--footer", `${element.offsetHeight}px`);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      root.style.removeProperty("--footer");
    };
  }, [footer]);
}

/** A smaller difference is a browser's own toolbar, not a keyboard. */
const KEYBOARD_MIN_PX = 120;

/**
 * Keeps a full-height page above the on-screen keyboard. Chromium and Firefox resize the page themselves
 * (interactive-widget in index.html). Safari lays the keyboard over the page and only resizes the visual viewport.
 */
export function useVisibleHeight(): void {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!viewport) return;
    const root = document.documentElement;
    const update = () => {
      const isCovered = window.innerHeight - viewport.height > KEYBOARD_MIN_PX && viewport.scale === 1;
      if (!isCovered) {
        root.style.removeProperty("--visible");
        delete root.dataset.keyboard;
        return;
      }
      root.style.setProperty("--visible", `${viewport.height}px`);
      root.dataset.keyboard = "";
      // Safari also scrolls the page to show the focused field, which is visible already.
      window.scrollTo(0, 0);
    };
    viewport.addEventListener("resize", update);
    return () => {
      viewport.removeEventListener("resize", update);
      root.style.removeProperty("--visible");
      delete root.dataset.keyboard;
    };
  }, []);
}
