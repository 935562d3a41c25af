import { CircleCheck, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { flattenPages, type PagedData } from "../../api/paged-cache.ts";
import { useT } from "../../i18n/index.ts";
import { Button } from "../button.tsx";
import { ErrorState } from "../error-state.tsx";
import { SkeletonRows } from "../skeleton.tsx";
import { Spinner } from "../spinner.tsx";
import { useInfiniteScroll } from "./use-infinite-scroll.ts";

/** The parts of an infinite query that the list uses. */
export interface ListQuery<T> {
  data: PagedData<T> | undefined;
  error: unknown;
  isError: boolean;
  isFetchNextPageError: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage(): Promise<unknown>;
  refetch(): Promise<unknown>;
}

/**
 * A list that loads more rows while scrolling. Its states: skeleton, error with retry, empty, rows, loading
 * more, loading more failed, end. `row` must put the given ref on the row's element: it is set for the last
 * row only and triggers loading.
 */
export function InfiniteList<T extends { id: string }>({
  query,
  label,
  empty,
  end,
  skeleton,
  kind = "feed",
  row,
}: {
  query: ListQuery<T>;
  label: string;
  empty: ReactNode;
  /** The text after the last row; without it nothing is shown there. */
  end?: string;
  skeleton?: ReactNode;
  /** "feed" has the ARIA role feed, whose rows must be articles; "list" is a plain list. */
  kind?: "feed" | "list";
  row: (item: T, ref: ((node: Element | null) => void) | undefined) => ReactNode;
}) {
  const t = useT();
  const { lastItemRef } = useInfiniteScroll({
    loadMore: () => query.fetchNextPage(),
    hasMore: query.hasNextPage,
  });
  if (!query.data) {
    if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
    return skeleton ?? <SkeletonRows count={6} />;
  }
  const items = flattenPages(query.data);
  if (items.length === 0 && !query.hasNextPage) return empty;
  return (
    <>
      {kind === "feed" ? (
        <div role="feed" aria-label={label} aria-busy={query.isFetchingNextPage}>
          {items.map((item, index) => row(item, index === items.length - 1 ? lastItemRef : undefined))}
        </div>
      ) : (
        <ul aria-label={label} aria-busy={query.isFetchingNextPage}>
          {items.map((item, index) => (
            <li key={item.id}>{row(item, index === items.length - 1 ? lastItemRef : undefined)}</li>
          ))}
        </ul>
      )}
      {query.isFetchNextPageError ? (
        <div role="alert" className="flex items-center justify-center gap-3 px-4 py-6 text-muted">
          {t.feeds.moreFailed}
          <Button
            variant="secondary"
            size="sm"
            onClick={() => void query.fetchNextPage()}
            icon={<RotateCw size={16} strokeWidth={1.75} aria-hidden />}
          >
            {t.common.retry}
          </Button>
        </div>
      ) : query.hasNextPage ? (
        <div className="flex h-16 items-center justify-center text-muted">
          {query.isFetchingNextPage ? <Spinner label={t.feeds.loadingMore} /> : null}
        </div>
      ) : end ? (
        <p className="flex items-center justify-center gap-2 px-4 py-10 text-sm text-muted">
          <CircleCheck size={18} strokeWidth={1.75} aria-hidden />
          {end}
        </p>
      ) : null}
    </>
  );
}
