import { CircleCheck, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { flattenPages, type PagedData } from "../../api/paged-cache.ts";
import { useT } from "../../i18n/index.ts";
import { Button } from "../button.tsx";
import { ErrorState } from "../error-state.tsx";
import { SkeletonRows } from "../skeleton.tsx";
import { Spinner } from "../spinner.tsx";
import { useInfiniteScroll } from "./use-infinite-scroll.ts";

/** The parts of an infinite query that a list needs. */
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

/** Any endless list: skeleton, error with retry, empty state, rows, loading-more row, end. */
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
  /** Said after the last row; nothing when absent. */
  end?: string;
  skeleton?: ReactNode;
  /** A feed's rows are articles; a list's may be anything. */
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
