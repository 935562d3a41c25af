import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { useT } from "../../i18n/index.ts";
import { toast } from "../../ui/toast.tsx";

const HIGHLIGHT_MS = 3_000;
const PREFIX = "#comment-";

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  window.addEventListener("popstate", listener);
  return () => {
    window.removeEventListener("hashchange", listener);
    window.removeEventListener("popstate", listener);
  };
}

/**
 * Goes to the comment that the address's hash names: loads pages until it is there, expands its ancestors,
 * scrolls to it, focuses it and highlights it for three seconds. A toast reports a comment that does not
 * exist.
 */
export function useCommentTarget(thread: {
  isLoaded: boolean;
  hasMore: boolean;
  ids: ReadonlySet<string>;
  loadMore: () => Promise<unknown>;
  reveal: (id: string) => void;
}): { highlightedId: string | null; isSearching: boolean } {
  const t = useT();
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  const targetId = hash.startsWith(PREFIX) ? hash.slice(PREFIX.length) : null;
  const [reached, setReached] = useState<string | null>(null);
  const [highlightedId, setHighlightedId] = useState<string | null>(null);
  const focusPending = useRef<string | null>(null);
  const { isLoaded, hasMore, ids, loadMore, reveal } = thread;
  const isFound = targetId !== null && ids.has(targetId);
  const loadedCount = ids.size;

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs again for each page that was loaded
  useEffect(() => {
    if (targetId === null || reached === targetId || !isLoaded) return;
    if (isFound) {
      reveal(targetId);
      setReached(targetId);
      setHighlightedId(targetId);
      focusPending.current = targetId;
    } else if (hasMore) {
      void loadMore();
    } else {
      setReached(targetId);
      toast({ text: t.comments.notFound });
    }
  }, [targetId, isLoaded, isFound, hasMore, loadedCount]);

  // After each render, because a row below a collapsed comment exists only after the render that expanded it.
  useLayoutEffect(() => {
    const row = focusPending.current && document.getElementById(`comment-${focusPending.current}`);
    if (!row) return;
    focusPending.current = null;
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
  });

  useEffect(() => {
    if (highlightedId === null) return;
    const timer = setTimeout(() => setHighlightedId(null), HIGHLIGHT_MS);
    return () => clearTimeout(timer);
  }, [highlightedId]);

  return {
    highlightedId,
    isSearching: targetId !== null && reached !== targetId && isLoaded && !isFound && hasMore,
  };
}
