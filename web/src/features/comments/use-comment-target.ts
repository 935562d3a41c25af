import { useEffect, useState, useSyncExternalStore } from "react";
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
 * Goes to the comment that the address names: reads on until it is there, opens what hides it, scrolls, focuses and
 * marks it for a moment. Answers the marked id, and whether it is still being looked for.
 */
export function useCommentTarget(thread: {
  isLoaded: boolean;
  hasMore: boolean;
  ids: ReadonlySet<string>;
  loadMore: () => Promise<unknown>;
  reveal: (id: string) => void;
}): { markedId: string | null; isLooking: boolean } {
  const t = useT();
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  const targetId = hash.startsWith(PREFIX) ? hash.slice(PREFIX.length) : null;
  const [reached, setReached] = useState<string | null>(null);
  const [markedId, setMarkedId] = useState<string | null>(null);
  const { isLoaded, hasMore, ids, loadMore, reveal } = thread;
  const isFound = targetId !== null && ids.has(targetId);
  const loadedCount = ids.size;

  // biome-ignore lint/correctness/useExhaustiveDependencies: each arrival of a page looks again
  useEffect(() => {
    if (targetId === null || reached === targetId || !isLoaded) return;
    if (isFound) {
      reveal(targetId);
      setReached(targetId);
      setMarkedId(targetId);
      // After the rows that were hidden are drawn.
      requestAnimationFrame(() => {
        const row = document.getElementById(`comment-${targetId}`);
        row?.scrollIntoView({ block: "center" });
        row?.focus({ preventScroll: true });
      });
    } else if (hasMore) {
      void loadMore();
    } else {
      setReached(targetId);
      toast({ text: t.comments.notFound });
    }
  }, [targetId, isLoaded, isFound, hasMore, loadedCount]);

  useEffect(() => {
    if (markedId === null) return;
    const timer = setTimeout(() => setMarkedId(null), HIGHLIGHT_MS);
    return () => clearTimeout(timer);
  }, [markedId]);

  return {
    markedId,
    isLooking: targetId !== null && reached !== targetId && isLoaded && !isFound && hasMore,
  };
}
