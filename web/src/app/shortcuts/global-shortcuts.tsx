import { lazy, Suspense, useEffect, useSyncExternalStore } from "react";
import { useLocation } from "wouter";
import { listenForShortcuts, useShortcut } from "../../browser/shortcuts.ts";
import { useMe } from "../../features/session/session.queries.ts";
import { useT } from "../../i18n/index.ts";
import { focusItem, pressItemButton } from "./page-items.ts";

const ShortcutsHelp = lazy(() => import("./shortcuts-help.tsx"));

let isShown = false;
const listeners = new Set<() => void>();

function setShown(next: boolean): void {
  isShown = next;
  for (const listener of listeners) listener();
}

/** Opens the dialog with the keyboard shortcuts. */
export function showShortcuts(): void {
  setShown(true);
}

/** The shortcuts that work on every page, and their help dialog. */
export function GlobalShortcuts() {
  const t = useT();
  const me = useMe();
  const [, navigate] = useLocation();
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isShown,
  );
  useEffect(listenForShortcuts, []);

  const { keys } = t.shell;
  useShortcut("?", keys.help, showShortcuts);
  useShortcut("g h", keys.home, () => navigate("/"));
  useShortcut(me ? "g m" : null, keys.messages, () => navigate("/messages"));
  useShortcut(me ? "g n" : null, keys.notifications, () => navigate("/notifications"));
  useShortcut(me ? "g p" : null, keys.profile, () => me && navigate(`/@${me.handle}`));
  useShortcut(me ? "n" : null, keys.write, () => navigate("/compose"));
  useShortcut("j", keys.next, () => focusItem(1));
  useShortcut("k", keys.previous, () => focusItem(-1));
  useShortcut(me ? "l" : null, keys.upvote, () => pressItemButton("upvote"));
  useShortcut(me ? "u" : null, keys.upvote, () => pressItemButton("upvote"));
  useShortcut(me ? "c" : null, keys.comment, () => pressItemButton("comment"));

  return shown ? (
    <Suspense fallback={null}>
      <ShortcutsHelp onClose={() => setShown(false)} />
    </Suspense>
  ) : null;
}
