/** Events about follows, blocks and mutes, applied to the query cache. */
import type { QueryClient } from "@tanstack/react-query";
import type { PagedData } from "../../api/paged-cache.ts";
import { patchQueries } from "../../api/patch-queries.ts";
import type { PersonView, PostView, ProfileView } from "../../realtime/views.ts";
import { postKeys } from "../posts/posts.cache.ts";
import type { FollowQueue } from "./follow-queue.ts";
import { followCard, patchPerson, peopleKeys } from "./follows.cache.ts";

export interface FollowChanged {
  followerId: string;
  followingId: string;
  isFollowing: boolean;
  follower: { following: number; version: number };
  following: { followers: number; version: number };
}

export interface RelationChanged {
  otherId: string;
  isBlocked: boolean;
  isMuted: boolean;
}

type Viewer = NonNullable<ProfileView["viewer"]>;

/**
 * The viewer followed somebody on any device, or somebody followed the viewer: updates follow state and
 * counts of both.
 */
export function applyFollowChanged(
  client: QueryClient,
  event: FollowChanged,
  meId: string,
  queue: Pick<FollowQueue, "isBusy">,
): void {
  const { followerId, followingId, isFollowing } = event;
  const isMine = followerId === meId;
  patchPerson(client, followerId, {
    profile: (profile) => ({
      ...withStats(profile, event.follower),
      viewer: isMine ? profile.viewer : withViewer(profile.viewer, { isFollowedBy: isFollowing }),
    }),
    card: (card) => (isMine || !card.viewer ? card : followedBy(card, isFollowing)),
  });
  // While a request of this tab is in flight, its optimistic state is newer than the event.
  const isInFlight = queue.isBusy(followingId);
  patchPerson(client, followingId, {
    profile: (profile) => ({
      ...withStats(profile, event.following),
      viewer: isMine && !isInFlight ? withViewer(profile.viewer, { isFollowing }) : profile.viewer,
    }),
    card: (card) => (isMine && !isInFlight ? followCard(card, isFollowing) : card),
  });
  if (isMine) void client.invalidateQueries({ queryKey: postKeys.feed("following"), refetchType: "none" });
  void client.invalidateQueries({
    queryKey: peopleKeys.all,
    refetchType: "none",
    predicate: ({ queryKey }) => queryKey[1] !== "profile",
  });
}

/**
 * The viewer blocked or muted somebody on any device: updates their profile and removes their posts from the
 * feeds.
 */
export function applyRelationChanged(client: QueryClient, event: RelationChanged): void {
  const { otherId, isBlocked, isMuted } = event;
  patchPerson(client, otherId, {
    profile: (profile) => ({
      ...profile,
      viewer: withViewer(profile.viewer, {
        isBlocked,
        isMuted,
        isFollowing: !isBlocked && (profile.viewer?.isFollowing ?? false),
      }),
    }),
    card: (card) => (isBlocked ? followCard(card, false) : card),
  });
  if (isBlocked || isMuted) hideAuthor(client, otherId);
  else void client.invalidateQueries({ queryKey: postKeys.feeds, refetchType: "none" });
}

/** Removes an author's posts from the cached feeds. */
export function hideAuthor(client: QueryClient, authorId: string): void {
  patchQueries<PagedData<PostView>>(client, { queryKey: postKeys.feeds }, (data) => ({
    ...data,
    pages: data.pages.map((page) => ({
      ...page,
      items: page.items.filter((post) => post.author.id !== authorId),
    })),
  }));
}

function withStats(
  profile: ProfileView,
  stats: Partial<ProfileView["stats"]> & { version: number },
): ProfileView {
  return stats.version > profile.stats.version
    ? { ...profile, stats: { ...profile.stats, ...stats } }
    : profile;
}

function withViewer(viewer: ProfileView["viewer"], change: Partial<Viewer>): ProfileView["viewer"] {
  return viewer && { ...viewer, ...change };
}

function followedBy(card: PersonView, isFollowedBy: boolean): PersonView {
  return card.viewer ? { ...card, viewer: { ...card.viewer, isFollowedBy } } : card;
}
