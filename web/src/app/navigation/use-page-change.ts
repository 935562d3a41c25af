import { useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { countNavigation } from "../../browser/in-app-history.ts";
import { usePageTitle } from "../../browser/title.ts";
import { announce } from "../../ui/announce.tsx";
import { useScrollRestoration } from "./use-scroll-restoration.ts";

/**
 * Does for a navigation inside the app what a browser does for a page load: restores the scroll position, moves the focus to the
 * content and announces the new title to screen readers.
 */
export function usePageChange(): void {
  const [path] = useLocation();
  const title = usePageTitle();
  const last = useRef(path);
  const isAnnounceDue = useRef(false);
  useScrollRestoration(path);

  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    isAnnounceDue.current = true;
    countNavigation();
    if (!location.hash) document.getElementById("main")?.focus({ preventScroll: true });
  }, [path]);

  useEffect(() => {
    if (!isAnnounceDue.current || !title) return;
    isAnnounceDue.current = false;
    announce(title);
  }, [title]);
}
