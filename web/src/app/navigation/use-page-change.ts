import { useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { noteStep } from "../../browser/in-app-history.ts";
import { usePageTitle } from "../../browser/title.ts";
import { announce } from "../../ui/announce.tsx";
import { useScrollRestoration } from "./use-scroll-restoration.ts";

/** What a browser does when a page loads, for pages inside the app: scroll, focus and the new title said aloud. */
export function useArrival(): void {
  const [path] = useLocation();
  const title = usePageTitle();
  const last = useRef(path);
  const isAnnounceDue = useRef(false);
  useScrollRestoration(path);

  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    isAnnounceDue.current = true;
    noteStep();
    if (!location.hash) document.getElementById("main")?.focus({ preventScroll: true });
  }, [path]);

  useEffect(() => {
    if (!isAnnounceDue.current || !title) return;
    isAnnounceDue.current = false;
    announce(title);
  }, [title]);
}
