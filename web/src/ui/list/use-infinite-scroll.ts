import { useCallback, useEffect, useRef, useState } from "react";

/** How far below the window the last item may be when the next page is loaded. */
export const SCROLL_THRESHOLD_PX = 300;

/**
 * Loads more when the last item comes near the window, with one IntersectionObserver and at most one load at
 * a time. Put `lastItemRef` on the last item; when another item becomes the last one, the observer moves to
 * it.
 */
export function useInfiniteScroll({
  loadMore,
  hasMore,
  threshold = SCROLL_THRESHOLD_PX,
}: {
  loadMore: () => Promise<unknown>;
  hasMore: boolean;
  threshold?: number;
}): { lastItemRef: (node: Element | null) => void; loading: boolean } {
  const [loading, setLoading] = useState(false);
  const loadingRef = useRef(false);
  const observer = useRef<IntersectionObserver | null>(null);
  const latest = useRef({ loadMore, hasMore });
  useEffect(() => {
    latest.current = { loadMore, hasMore };
  });

  const lastItemRef = useCallback(
    (node: Element | null) => {
      observer.current?.disconnect();
      observer.current = null;
      if (!node) return;
      const run = async () => {
        if (loadingRef.current || !latest.current.hasMore) return;
        loadingRef.current = true;
        setLoading(true);
        try {
          await latest.current.loadMore();
        } finally {
          loadingRef.current = false;
          setLoading(false);
        }
      };
      observer.current = new IntersectionObserver(
        (entries) => {
          if (entries.some((entry) => entry.isIntersecting)) void run();
        },
        { rootMargin: `${threshold}px` },
      );
      observer.current.observe(node);
    },
    [threshold],
  );
  return { lastItemRef, loading };
}
