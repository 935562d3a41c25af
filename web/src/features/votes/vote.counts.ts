/** Pure arithmetic of votes, the same for posts and comments. */
import type { VoteValue, VoteView } from "../../realtime/views.ts";

export interface Voteable {
  counts: { upvotes: number; downvotes: number; score: number; version: number };
  viewer: { vote: VoteValue } | null;
}

/** What is restored when a vote fails. */
export interface SavedVote {
  value: VoteValue;
  counts: Voteable["counts"];
}

/** Pressing the same arrow again takes the vote back. */
export function nextVote(current: VoteValue, pressed: 1 | -1): VoteValue {
  return current === pressed ? 0 : pressed;
}

function moveCounts<C extends Voteable["counts"]>(counts: C, from: VoteValue, to: VoteValue): C {
  const upvotes = counts.upvotes + Number(to === 1) - Number(from === 1);
  const downvotes = counts.downvotes + Number(to === -1) - Number(from === -1);
  return { ...counts, upvotes, downvotes, score: counts.score + to - from };
}

/** The item as if the vote had been counted; its version stays, so that the truth still replaces it. */
export function castVote<T extends Voteable>(item: T, to: VoteValue): T {
  const from = item.viewer?.vote ?? 0;
  if (from === to) return item;
  return { ...item, counts: moveCounts(item.counts, from, to), viewer: { ...item.viewer, vote: to } };
}

/** What must be kept before a vote is shown that the server has not confirmed. */
export function saveVote(item: Voteable): SavedVote {
  return { value: item.viewer?.vote ?? 0, counts: item.counts };
}

/** The server's answer becomes the item's state, unless something newer was heard; a newer wish stays shown on top. */
export function settleVote<T extends Voteable>(item: T, answer: VoteView, wish: VoteValue): T {
  const { value, ...counts } = answer;
  if (counts.version < item.counts.version) return { ...item, viewer: { ...item.viewer, vote: wish } };
  const settled = { ...item, counts: { ...item.counts, ...counts }, viewer: { ...item.viewer, vote: value } };
  return castVote(settled, wish);
}

/** Back to the saved state; counts that became newer meanwhile are the truth and stay. */
export function rollBackVote<T extends Voteable>(item: T, saved: SavedVote): T {
  const counts =
    item.counts.version > saved.counts.version ? item.counts : { ...item.counts, ...saved.counts };
  return { ...item, counts, viewer: { ...item.viewer, vote: saved.value } };
}
