import { useInfiniteQuery } from "@tanstack/react-query";
import { flattenPages } from "../../api/paged-cache.ts";
import { useT } from "../../i18n/index.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { PostCard } from "../posts/post-card.tsx";
import { feedQuery } from "./feeds.queries.ts";

/** The newest public posts, at most `limit`, for the landing page. */
export function LatestPosts({ limit }: { limit: number }) {
  const t = useT();
  const query = useInfiniteQuery(feedQuery("latest"));
  if (!query.data) {
    if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
    return <SkeletonRows count={5} />;
  }
  const posts = flattenPages(query.data).slice(0, limit);
  if (posts.length === 0)
    return <p className="px-6 py-12 text-center text-muted">{t.feeds.latestEmptyText}</p>;
  return posts.map((post) => <PostCard key={post.id} post={post} />);
}
