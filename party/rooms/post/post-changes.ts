/** Pure rules of an open post: merging what happened into one frame, and what of it a viewer may see. */
import type { PostChange } from "../../protocol/post-events.ts";

/** At most one frame per this long. */
export const FLUSH_EVERY_MS = 250;

/** How long a room waits before its next frame: nothing when it was quiet, else until the last one is old enough. */
export function waitBeforeFlush(lastFlushAt: number | null, now: number): number {
  return lastFlushAt === null ? 0 : Math.max(0, lastFlushAt + FLUSH_EVERY_MS - now);
}

/** Keeps the order of what happened; of several counts of one thing only the newest version stays, where it came last. */
export function mergeChanges(changes: readonly PostChange[]): PostChange[] {
  const newest = new Map<string, PostChange>();
  for (const change of changes) {
    const key = countKey(change);
    const known = key === null ? undefined : newest.get(key);
    if (key !== null && (!known || versionOf(change) >= versionOf(known))) newest.set(key, change);
  }
  return changes.filter((change) => {
    const key = countKey(change);
    return key === null || newest.get(key) === change;
  });
}

/**
 * What is known to be deleted is shown as a fresh read shows it: a comment in its place, without body and author; an
 * answer not at all.
 * Deliveries of two transactions may cross, and a log may still hold what was deleted since.
 */
export function buryDeleted(
  changes: readonly PostChange[],
  deletedAt: (id: string) => string | null,
): PostChange[] {
  return changes.flatMap((change): PostChange[] => {
    if (change.type === "answer.created") return deletedAt(change.data.id) === null ? [change] : [];
    if (change.type !== "comment.created" || change.data.body === null) return [change];
    const at = deletedAt(change.data.id);
    if (at === null) return [change];
    return [{ ...change, data: { ...change.data, body: null, author: null, deletedAt: at } }];
  });
}

/** The people whose words a change shows; none for counts and deletions. */
export function authorOf(change: PostChange): string | null {
  return change.type === "comment.created" || change.type === "answer.created"
    ? (change.data.author?.id ?? null)
    : null;
}

/** What is left for a viewer from whom these people are hidden. */
export function withoutHidden(changes: readonly PostChange[], hidden: ReadonlySet<string>): PostChange[] {
  return changes.filter((change) => {
    const author = authorOf(change);
    return author === null || !hidden.has(author);
  });
}

function countKey(change: PostChange): string | null {
  return change.type === "post.counted" || change.type === "comment.counted"
    ? `${change.type}:${change.data.id}`
    : null;
}

function versionOf(change: PostChange): number {
  return change.type === "post.counted" || change.type === "comment.counted" ? change.data.counts.version : 0;
}
