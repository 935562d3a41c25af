import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { MessageCircle } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { flattenPages } from "../../api/paged-cache.ts";
import { useT } from "../../i18n/index.ts";
import type { PostView } from "../../realtime/views.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { useInfiniteScroll } from "../../ui/list/use-infinite-scroll.ts";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { useMe } from "../session/session.queries.ts";
import { ancestorsOf, buildTree, toRows, withLocal } from "./comment.tree.ts";
import { CommentComposer } from "./comment-composer.tsx";
import { CommentItem } from "./comment-item.tsx";
import { localCommentsQuery, threadQuery } from "./comments.queries.ts";
import { useCommentTarget } from "./use-comment-target.ts";

/**
 * The comments section of a post: the composer, then all comments as a tree that loads more while scrolling.
 */
export function CommentThread({ post }: { post: PostView }) {
  const t = useT();
  const me = useMe();
  const query = useInfiniteQuery(threadQuery(post.id));
  const local = useQuery(localCommentsQuery(post.id)).data;
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const [replyTo, setReplyTo] = useState<string | null>(null);
  const sentId = useRef<string | null>(null);

  const comments = useMemo(() => withLocal(flattenPages(query.data), local), [query.data, local]);
  const rows = useMemo(() => toRows(buildTree(comments), collapsed), [comments, collapsed]);
  const ids = useMemo(() => new Set(comments.map((comment) => comment.id)), [comments]);

  const toggle = (id: string) => {
    const next = new Set(collapsed);
    if (!next.delete(id)) next.add(id);
    setCollapsed(next);
  };
  const { lastItemRef, loading } = useInfiniteScroll({
    loadMore: () => query.fetchNextPage(),
    hasMore: query.hasNextPage,
  });
  const { highlightedId, isSearching } = useCommentTarget({
    isLoaded: query.data !== undefined && !query.isFetchingNextPage,
    hasMore: query.hasNextPage && !query.isFetchNextPageError,
    ids,
    loadMore: () => query.fetchNextPage(),
    reveal: (id) => {
      const open = ancestorsOf(comments, id);
      if (open.some((each) => collapsed.has(each))) {
        setCollapsed(new Set([...collapsed].filter((each) => !open.includes(each))));
      }
    },
  });
  const showOwn = (clientId: string) => {
    setReplyTo(null);
    sentId.current = clientId;
  };
  // Scrolls to the viewer's own new comment once it is rendered.
  useEffect(() => {
    const own = sentId.current && comments.find((comment) => comment.clientId === sentId.current);
    if (!own) return;
    sentId.current = null;
    document.getElementById(`comment-${own.id}`)?.scrollIntoView({ block: "nearest" });
  }, [comments]);

  return (
    <section id="comments" aria-label={t.comments.list} className="scroll-mt-16">
      <h2 className="px-4 pt-4 text-lg font-bold">{t.comments.title(post.counts.comments)}</h2>
      <CommentComposer postId={post.id} onSent={showOwn} />
      {isSearching ? (
        <p className="flex items-center justify-center gap-2 py-3 text-sm text-muted">
          <Spinner size={16} />
          {t.comments.findingComment}
        </p>
      ) : null}
      {!query.data ? (
        query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <SkeletonRows count={3} />
        )
      ) : rows.length === 0 ? (
        <p className="flex flex-col items-center gap-1 px-8 py-8 text-center text-muted">
          <MessageCircle size={24} strokeWidth={1.75} aria-hidden className="mb-1" />
          <strong className="font-semibold text-ink">{t.comments.none}</strong>
          {t.comments.noneText}
        </p>
      ) : (
        <div className="pb-4">
          {rows.map((row, index) => {
            const { comment } = row;
            const canReply = me !== null && !comment.local && comment.author !== null;
            return (
              <CommentItem
                key={comment.clientId ?? comment.id}
                row={row}
                postAuthorId={post.author.id}
                isTarget={highlightedId === comment.id}
                onToggle={toggle}
                onReply={canReply ? () => setReplyTo(replyTo === comment.id ? null : comment.id) : null}
                ref={index === rows.length - 1 ? lastItemRef : undefined}
              >
                {replyTo === comment.id && comment.author ? (
                  <div className="-ml-4">
                    <CommentComposer
                      postId={post.id}
                      parent={{ id: comment.id, author: comment.author }}
                      onSent={showOwn}
                      onCancel={() => setReplyTo(null)}
                    />
                  </div>
                ) : null}
              </CommentItem>
            );
          })}
        </div>
      )}
      {query.isFetchNextPageError ? (
        <div role="alert" className="flex items-center justify-center gap-3 py-4 text-muted">
          {t.feeds.moreFailed}
          <Button size="sm" variant="secondary" onClick={() => void query.fetchNextPage()}>
            {t.common.retry}
          </Button>
        </div>
      ) : loading || query.isFetchingNextPage ? (
        <div className="flex h-16 items-center justify-center text-muted">
          <Spinner label={t.feeds.loadingMore} />
        </div>
      ) : null}
    </section>
  );
}
