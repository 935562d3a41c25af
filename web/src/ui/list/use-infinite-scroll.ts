import { useCallback, useEffect, useRef, useState } from "react";

/** How far below the window the last item may be when the next page is asked for. */
export const SCROLL_THRESHOLD_PX = 300;

/**
 * Loads more as the end comes near: one IntersectionObserver on the last item only, no scroll listeners, and never two
 * loads at once. Put `lastItemRef` on the last item; when that is another one, the old observer is let go.
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
