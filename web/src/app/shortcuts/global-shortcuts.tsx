import { lazy, Suspense, useEffect } from "react";
import { useLocation } from "wouter";
import { useStore } from "../../api/create-store.ts";
import { listenForShortcuts, useShortcut } from "../../browser/shortcuts.ts";
import { useMe } from "../../features/session/session.queries.ts";
import { useT } from "../../i18n/index.ts";
import { focusItem, pressItemButton } from "./page-items.ts";
import { shortcutsDialog, showShortcuts } from "./show-shortcuts.ts";

const ShortcutsHelp = lazy(() => import("./shortcuts-help.tsx"));

/** The shortcuts that work on every page, and their help dialog. */
export function GlobalShortcuts() {
  const t = useT();
  const me = useMe();
  const [, navigate] = useLocation();
  const isShown = useStore(shortcutsDialog);
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

  return isShown ? (
    <Suspense fallback={null}>
      <ShortcutsHelp onClose={() => shortcutsDialog.set(false)} />
    </Suspense>
  ) : null;
}
