/** What one's own room says about follows and relations, patched into the cache. */
import type { QueryClient } from "@tanstack/react-query";
import type { PagedData } from "../../api/paged-cache.ts";
import type { PersonView, PostView, ProfileView } from "../../realtime/views.ts";
import { postKeys } from "../posts/posts.cache.ts";
import type { Following } from "./following.ts";
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

/** Somebody followed me, or I followed somebody (on any device): both sides' counts and markers. */
export function applyFollowChanged(
  client: QueryClient,
  event: FollowChanged,
  meId: string,
  following: Pick<Following, "isBusy">,
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
  // A press of this tab that is under way knows better what is wanted.
  const isWished = following.isBusy(followingId);
  patchPerson(client, followingId, {
    profile: (profile) => ({
      ...withStats(profile, event.following),
      viewer: isMine && !isWished ? withViewer(profile.viewer, { isFollowing }) : profile.viewer,
    }),
    card: (card) => (isMine && !isWished ? followCard(card, isFollowing) : card),
  });
  if (isMine) void client.invalidateQueries({ queryKey: postKeys.feed("following"), refetchType: "none" });
  void client.invalidateQueries({
    queryKey: peopleKeys.all,
    refetchType: "none",
    predicate: ({ queryKey }) => queryKey[1] !== "profile",
  });
}

/** I blocked or muted somebody on some device: their page says so, and their posts leave what is loaded. */
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

/** Takes an author's posts out of the feeds that are loaded. */
export function hideAuthor(client: QueryClient, authorId: string): void {
  client.setQueriesData<PagedData<PostView>>(
    { queryKey: postKeys.feeds },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({
          ...page,
          items: page.items.filter((post) => post.author.id !== authorId),
        })),
      },
  );
}

function withStats(
  profile: ProfileView,
  heard: Partial<ProfileView["stats"]> & { version: number },
): ProfileView {
  return heard.version > profile.stats.version
    ? { ...profile, stats: { ...profile.stats, ...heard } }
    : profile;
}

function withViewer(viewer: ProfileView["viewer"], change: Partial<Viewer>): ProfileView["viewer"] {
  return viewer && { ...viewer, ...change };
}

function followedBy(card: PersonView, isFollowedBy: boolean): PersonView {
  return card.viewer ? { ...card, viewer: { ...card.viewer, isFollowedBy } } : card;
}
