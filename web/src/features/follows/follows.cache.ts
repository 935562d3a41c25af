/** The query keys of profiles and lists of people, and the patches of follow state and follower counts. */
import type { QueryClient } from "@tanstack/react-query";
import { isPaged, mapItems, type PagedData } from "../../api/paged-cache.ts";
import { patchQueries } from "../../api/patch-queries.ts";
import type { PersonView, ProfileView, RelationView } from "../../realtime/views.ts";

export const peopleKeys = {
  /** The prefix of every entry that holds a person with the viewer's relation to them. */
  all: ["people"] as const,
  profile: (handle: string) => ["people", "profile", handle.toLowerCase()] as const,
  followers: (handle: string) => ["people", "followers", handle.toLowerCase()] as const,
  following: (handle: string) => ["people", "following", handle.toLowerCase()] as const,
};

type PeopleData = ProfileView | PagedData<PersonView> | null | undefined;

/** Changes a person in every cached list (`card`) and their cached profile (`profile`). */
export function patchPerson(
  client: QueryClient,
  id: string,
  change: { profile: (profile: ProfileView) => ProfileView; card: (card: PersonView) => PersonView },
): void {
  patchQueries<PeopleData>(client, { queryKey: peopleKeys.all }, (data) => {
    if (!data) return data;
    if (isPaged<PersonView>(data)) {
      return mapItems<PersonView, PagedData<PersonView>>(data, (card) =>
        card.id === id ? change.card(card) : card,
      );
    }
    return data.id === id ? change.profile(data) : data;
  });
}

/** The cached profile of a person, or null. */
export function findProfile(client: QueryClient, id: string): ProfileView | null {
  for (const [, data] of client.getQueriesData<PeopleData>({ queryKey: peopleKeys.all })) {
    if (data && !isPaged<PersonView>(data) && data.id === id) return data;
  }
  return null;
}

/** The state to restore when a follow request fails. */
export interface FollowSnapshot {
  isFollowing: boolean;
  followers: number | null;
  version: number;
}

/**
 * Shows a follow or unfollow before the server confirmed it. The version is unchanged, so that the server's
 * counts replace it.
 */
export function applyOptimisticFollow(client: QueryClient, id: string, isFollowing: boolean): void {
  patchPerson(client, id, {
    profile: (profile) => {
      if (!profile.viewer || profile.viewer.isFollowing === isFollowing) return profile;
      const followers = Math.max(0, profile.stats.followers + (isFollowing ? 1 : -1));
      return {
        ...profile,
        stats: { ...profile.stats, followers },
        viewer: { ...profile.viewer, isFollowing },
      };
    },
    card: (card) => followCard(card, isFollowing),
  });
}

/** The card of a person in a list, with the viewer's follow state. */
export function followCard(card: PersonView, isFollowing: boolean): PersonView {
  if (!card.viewer || card.viewer.isFollowing === isFollowing) return card;
  return { ...card, viewer: { ...card.viewer, isFollowing } };
}

/** Restores the saved state. A follower count of a newer version is kept, because it came from the server. */
export function restoreFollow(client: QueryClient, id: string, saved: FollowSnapshot): void {
  patchPerson(client, id, {
    profile: (profile) => ({
      ...profile,
      stats:
        saved.followers === null || profile.stats.version > saved.version
          ? profile.stats
          : { ...profile.stats, followers: saved.followers },
      viewer: profile.viewer && { ...profile.viewer, isFollowing: saved.isFollowing },
    }),
    card: (card) => followCard(card, saved.isFollowing),
  });
}

/** Applies the server's response to a follow, block or mute request: the relation and the person's counts. */
export function applyRelation(client: QueryClient, id: string, response: RelationView): void {
  const { isFollowing, isBlocked, isMuted, followers, following, version } = response;
  patchPerson(client, id, {
    profile: (profile) => ({
      ...profile,
      stats:
        version >= profile.stats.version
          ? { ...profile.stats, followers, following, version }
          : profile.stats,
      viewer: profile.viewer && { ...profile.viewer, isFollowing, isBlocked, isMuted },
    }),
    card: (card) => followCard(card, isFollowing),
  });
}
