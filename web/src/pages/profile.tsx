import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Ban, NotebookPen, UserRoundX, UsersRound } from "lucide-react";
import { IDS_MAX } from "../../../party/protocol/limits.ts";
import { ApiError } from "../api/api-error.ts";
import { flattenPages } from "../api/paged-cache.ts";
import { useUndoRelation } from "../features/follows/relation-dialog.tsx";
import { PostCard } from "../features/posts/post-card.tsx";
import { profilePostsQuery } from "../features/posts/posts.queries.ts";
import { usePresence } from "../features/presence/use-presence.ts";
import { PersonRow } from "../features/profiles/person-row.tsx";
import { ProfileHeader } from "../features/profiles/profile-header.tsx";
import { followersQuery, followingQuery, profileQuery } from "../features/profiles/profiles.queries.ts";
import { useT } from "../i18n/index.ts";
import type { PersonView, ProfileView } from "../realtime/views.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { InfiniteList, type ListQuery } from "../ui/list/infinite-list.tsx";
import { Page } from "../ui/page.tsx";
import { Skeleton, SkeletonGroup, SkeletonRows } from "../ui/skeleton.tsx";
import { TabLinks } from "../ui/tabs.tsx";

export type ProfileTab = "posts" | "followers" | "following";

/**
 * A profile: header and tabs with posts, followers and followed people. A blocked profile shows a notice
 * instead of tabs.
 */
export default function ProfilePage({ handle, tab }: { handle: string; tab: ProfileTab }) {
  const t = useT();
  const query = useQuery(profileQuery(handle));
  const profile = query.data;
  if (!profile) {
    const isUnknown = query.error instanceof ApiError && query.error.status === 404;
    return (
      <Page title={`@${handle}`} back="/">
        {isUnknown ? (
          <EmptyState
            icon={<UserRoundX size={26} strokeWidth={1.75} />}
            title={t.profiles.notFound}
            text={t.profiles.notFoundText}
            action={<ButtonLink href="/">{t.posts.goHome}</ButtonLink>}
          />
        ) : query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <HeaderSkeleton />
        )}
      </Page>
    );
  }
  const path = `/@${profile.handle}`;
  return (
    <Page title={profile.name} documentTitle={`${profile.name} (@${profile.handle})`} back="/">
      <ProfileHeader profile={profile} />
      {profile.viewer?.isBlocked ? (
        <BlockedNote profile={profile} />
      ) : (
        <>
          <TabLinks
            label={t.profiles.tabs}
            tabs={[
              { href: path, text: t.profiles.tabPosts, current: tab === "posts" },
              { href: `${path}/followers`, text: t.profiles.tabFollowers, current: tab === "followers" },
              { href: `${path}/following`, text: t.profiles.tabFollowing, current: tab === "following" },
            ]}
          />
          {tab === "posts" ? <Posts profile={profile} /> : <People key={tab} profile={profile} side={tab} />}
        </>
      )}
    </Page>
  );
}

function Posts({ profile }: { profile: ProfileView }) {
  const t = useT();
  const query = useInfiniteQuery(profilePostsQuery(profile.handle));
  const isSelf = profile.viewer?.isSelf ?? false;
  return (
    <InfiniteList
      query={query}
      label={t.profiles.tabPosts}
      end={t.feeds.end}
      empty={
        <EmptyState
          icon={<NotebookPen size={26} strokeWidth={1.75} />}
          title={isSelf ? t.profiles.noPostsSelf : t.profiles.noPosts(profile.name)}
          {...(isSelf
            ? {
                text: t.profiles.noPostsSelfText,
                action: <ButtonLink href="/compose">{t.posts.write}</ButtonLink>,
              }
            : {})}
        />
      }
      row={(post, ref) => <PostCard key={post.id} post={post} ref={ref} />}
    />
  );
}

function People({ profile, side }: { profile: ProfileView; side: "followers" | "following" }) {
  const t = useT();
  const followers = useInfiniteQuery({ ...followersQuery(profile.handle), enabled: side === "followers" });
  const followed = useInfiniteQuery({ ...followingQuery(profile.handle), enabled: side === "following" });
  const isFollowers = side === "followers";
  const query: ListQuery<PersonView> = isFollowers ? followers : followed;
  const presence = usePresence(
    flattenPages(query.data)
      .slice(0, IDS_MAX)
      .map((person) => person.id),
  );
  return (
    <InfiniteList
      query={query}
      label={isFollowers ? t.profiles.tabFollowers : t.profiles.tabFollowing}
      empty={
        <EmptyState
          icon={<UsersRound size={26} strokeWidth={1.75} />}
          title={isFollowers ? t.profiles.noFollowers : t.profiles.noFollowing}
          text={isFollowers ? t.profiles.noFollowersText : t.profiles.noFollowingText}
        />
      }
      row={(person, ref) => (
        <PersonRow key={person.id} person={person} presence={presence.get(person.id)} ref={ref} />
      )}
    />
  );
}

/** Replaces the tabs of a profile that the viewer blocked, with a button that unblocks it. */
function BlockedNote({ profile }: { profile: ProfileView }) {
  const t = useT();
  const undo = useUndoRelation();
  return (
    <div className="border-t border-line">
      <EmptyState
        icon={<Ban size={26} strokeWidth={1.75} />}
        title={t.profiles.blockedTitle}
        text={t.profiles.blockedText}
        action={
          <Button variant="secondary" onClick={() => void undo(profile, "block")}>
            {t.profiles.unblock(profile.handle)}
          </Button>
        }
      />
    </div>
  );
}

function HeaderSkeleton() {
  return (
    <>
      <SkeletonGroup className="flex flex-col gap-3 px-4 py-5">
        <Skeleton className="size-20 rounded-full" />
        <Skeleton className="h-6 w-48" />
        <Skeleton className="h-4 w-32" />
        <Skeleton className="h-4 w-full" />
      </SkeletonGroup>
      <SkeletonRows count={3} />
    </>
  );
}
