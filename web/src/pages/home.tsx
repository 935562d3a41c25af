import { useInfiniteQuery } from "@tanstack/react-query";
import { MessagesSquare, UsersRound } from "lucide-react";
import { lazy, Suspense, useLayoutEffect } from "react";
import { Link, useSearchParams } from "wouter";
import { afterFirstScreen } from "../browser/first-screen.ts";
import { positionOf, savePosition } from "../browser/scroll-positions.ts";
import { feedQuery } from "../features/feeds/feeds.queries.ts";
import { PostCard } from "../features/posts/post-card.tsx";
import type { FeedName } from "../features/posts/posts.cache.ts";
import { useMe } from "../features/session/session.queries.ts";
import { useT } from "../i18n/index.ts";
import { Avatar } from "../ui/avatar.tsx";
import { ButtonLink } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { InfiniteList } from "../ui/list/infinite-list.tsx";
import { Page } from "../ui/page.tsx";
import { TabLinks } from "../ui/tabs.tsx";

const NewPostsButton = lazy(async () => {
  await afterFirstScreen;
  return { default: (await import("../features/feeds/new-posts-button.tsx")).NewPostsButton };
});

/** The home page with two feeds, newest first: posts of the people the viewer follows, and all posts. */
export default function HomePage() {
  const t = useT();
  const [params] = useSearchParams();
  const feed: FeedName = params.get("feed") === "latest" ? "latest" : "following";
  return (
    <Page
      title={t.feeds.home}
      tabs={
        <TabLinks
          label={t.feeds.tabs}
          tabs={[
            { href: "/", text: t.feeds.following, current: feed === "following" },
            { href: "/?feed=latest", text: t.feeds.latest, current: feed === "latest" },
          ]}
        />
      }
    >
      <Feed key={feed} feed={feed} />
    </Page>
  );
}

function Feed({ feed }: { feed: FeedName }) {
  const t = useT();
  const query = useInfiniteQuery(feedQuery(feed));
  useTabScroll(feed);
  return (
    <>
      <Suspense fallback={null}>
        <NewPostsButton feed={feed} since={query.data?.pages[0]?.newSince ?? null} />
      </Suspense>
      <Prompt />
      <InfiniteList
        query={query}
        label={feed === "following" ? t.feeds.following : t.feeds.latest}
        end={t.feeds.end}
        empty={feed === "following" ? <FollowingEmpty /> : <LatestEmpty />}
        row={(post, ref) => <PostCard key={post.id} post={post} ref={ref} />}
      />
    </>
  );
}

/**
 * Restores the scroll position of a feed when the viewer changes the tab. Both tabs have the same path, "/".
 */
function useTabScroll(feed: FeedName): void {
  useLayoutEffect(() => {
    const key = `/#${feed}`;
    const top = positionOf(key);
    if (Math.abs(window.scrollY - top) > 1) window.scrollTo({ top, behavior: "instant" });
    const save = () => savePosition(key, window.scrollY);
    window.addEventListener("scroll", save, { passive: true });
    return () => window.removeEventListener("scroll", save);
  }, [feed]);
}

/** Links to the composer of a post and of a question, above the feed. */
function Prompt() {
  const t = useT();
  const me = useMe();
  if (!me) return null;
  return (
    <div className="flex items-center gap-3 border-b border-line px-4 py-3">
      <Avatar person={me} />
      <Link
        href="/compose"
        className="flex h-11 min-w-0 flex-1 items-center rounded-full border border-line bg-surface px-4 text-muted transition-colors duration-120 hover:border-line-strong"
      >
        <span className="truncate">{t.feeds.prompt}</span>
      </Link>
      <Link
        href="/compose?kind=question"
        className="touch inline-flex h-11 shrink-0 items-center rounded-full px-3 text-sm font-semibold text-accent hover:bg-accent-soft"
      >
        {t.posts.ask}
      </Link>
    </div>
  );
}

function FollowingEmpty() {
  const t = useT();
  return (
    <EmptyState
      icon={<UsersRound size={26} strokeWidth={1.75} />}
      title={t.feeds.followingEmpty}
      text={t.feeds.followingEmptyText}
      action={<ButtonLink href="/?feed=latest">{t.feeds.seeLatest}</ButtonLink>}
    />
  );
}

function LatestEmpty() {
  const t = useT();
  return (
    <EmptyState
      icon={<MessagesSquare size={26} strokeWidth={1.75} />}
      title={t.feeds.latestEmpty}
      text={t.feeds.latestEmptyText}
      action={<ButtonLink href="/compose">{t.feeds.writeFirst}</ButtonLink>}
    />
  );
}
