/** Arithmetic of votes, the same for posts and comments. Pure. */
import type { VoteValue, VoteView } from "../../realtime/views.ts";

export interface Voteable {
  counts: { upvotes: number; downvotes: number; score: number; version: number };
  viewer: { vote: VoteValue } | null;
}

/** The state to restore when a vote fails. */
export interface VoteSnapshot {
  value: VoteValue;
  counts: Voteable["counts"];
}

/** The vote after an arrow is pressed: the same arrow again removes the vote. */
export function nextVote(current: VoteValue, pressed: 1 | -1): VoteValue {
  return current === pressed ? 0 : pressed;
}

function changeCounts<C extends Voteable["counts"]>(counts: C, from: VoteValue, to: VoteValue): C {
  const upvotes = counts.upvotes + Number(to === 1) - Number(from === 1);
  const downvotes = counts.downvotes + Number(to === -1) - Number(from === -1);
  return { ...counts, upvotes, downvotes, score: counts.score + to - from };
}

/**
 * The item with the vote already counted. Its version is unchanged, so that the server's counts still replace
 * it.
 */
export function castVote<T extends Voteable>(item: T, to: VoteValue): T {
  const from = item.viewer?.vote ?? 0;
  if (from === to) return item;
  return { ...item, counts: changeCounts(item.counts, from, to), viewer: { ...item.viewer, vote: to } };
}

/** The state to keep before an unconfirmed vote is shown. */
export function snapshotVote(item: Voteable): VoteSnapshot {
  return { value: item.viewer?.vote ?? 0, counts: item.counts };
}

/**
 * The item after the server confirmed a vote, unless an event brought newer counts meanwhile. `latest` is the
 * vote that the viewer wants by now; when it differs from the confirmed one, it is counted on top.
 */
export function confirmVote<T extends Voteable>(item: T, response: VoteView, latest: VoteValue): T {
  const { value, ...counts } = response;
  if (counts.version < item.counts.version) return { ...item, viewer: { ...item.viewer, vote: latest } };
  const confirmed = {
    ...item,
    counts: { ...item.counts, ...counts },
    viewer: { ...item.viewer, vote: value },
  };
  return castVote(confirmed, latest);
}

/**
 * The item with the saved vote and counts. Counts of a newer version are kept, because they came from the
 * server.
 */
export function rollBackVote<T extends Voteable>(item: T, saved: VoteSnapshot): T {
  const counts =
    item.counts.version > saved.counts.version ? item.counts : { ...item.counts, ...saved.counts };
  return { ...item, counts, viewer: { ...item.viewer, vote: saved.value } };
}
