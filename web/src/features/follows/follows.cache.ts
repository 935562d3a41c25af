/** Where people live in the query cache, and the pure patches of who follows whom. */
import type { QueryClient } from "@tanstack/react-query";
import { isPaged, mapItems, type PagedData } from "../../api/paged-cache.ts";
import type { PersonView, ProfileView, RelationView } from "../../realtime/views.ts";

export const peopleKeys = {
  /** Everything that shows a person with the viewer's relation to them. */
  all: ["people"] as const,
  profile: (handle: string) => ["people", "profile", handle.toLowerCase()] as const,
  followers: (handle: string) => ["people", "followers", handle.toLowerCase()] as const,
  following: (handle: string) => ["people", "following", handle.toLowerCase()] as const,
};

type PeopleData = ProfileView | PagedData<PersonView> | null | undefined;

/** Changes a person's card and profile wherever they are cached. */
export function patchPerson(
  client: QueryClient,
  id: string,
  change: { profile: (profile: ProfileView) => ProfileView; card: (card: PersonView) => PersonView },
): void {
  client.setQueriesData<PeopleData>({ queryKey: peopleKeys.all }, (data) => {
    if (!data) return data;
    if (isPaged<PersonView>(data)) {
      return mapItems<PersonView, PagedData<PersonView>>(data, (card) =>
        card.id === id ? change.card(card) : card,
      );
    }
    return data.id === id ? change.profile(data) : data;
  });
}

/** The profile page of a person, if it is cached. */
export function findProfile(client: QueryClient, id: string): ProfileView | null {
  for (const [, data] of client.getQueriesData<PeopleData>({ queryKey: peopleKeys.all })) {
    if (data && !isPaged<PersonView>(data) && data.id === id) return data;
  }
  return null;
}

/** What is restored when following fails. */
export interface SavedFollow {
  isFollowing: boolean;
  followers: number | null;
  version: number;
}

/** A guess: followed or not, and one follower more or less; the version stays, so that the truth replaces it. */
export function guessFollow(client: QueryClient, id: string, isFollowing: boolean): void {
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

export function followCard(card: PersonView, isFollowing: boolean): PersonView {
  if (!card.viewer || card.viewer.isFollowing === isFollowing) return card;
  return { ...card, viewer: { ...card.viewer, isFollowing } };
}

/** Back to exactly what was saved; a follower count that became newer meanwhile is the truth and stays. */
export function restoreFollow(client: QueryClient, id: string, saved: SavedFollow): void {
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

/** The server's answer to a follow, block or mute: the truth about the relation and the person's counts. */
export function settleRelation(client: QueryClient, id: string, answer: RelationView): void {
  const { isFollowing, isBlocked, isMuted, followers, following, version } = answer;
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
