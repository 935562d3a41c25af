/** Pure rules of an open post: how changes are merged into one event, and what of it a viewer may see. */
import type { PostChange } from "../../protocol/post-events.ts";

/** At most one frame per this long. */
export const FLUSH_EVERY_MS = 250;

/** Milliseconds until the next frame may be sent. */
export function waitBeforeFlush(lastFlushAt: number | null, now: number): number {
  return lastFlushAt === null ? 0 : Math.max(0, lastFlushAt + FLUSH_EVERY_MS - now);
}

/** Keeps the order of the changes. Of several counts of one thing only the newest version stays, at its last position. */
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
 * Redacts what was deleted, as a fresh read shows it: a comment stays without body and author, an answer is left out. Needed
 * because deliveries of two transactions may cross, and because the log may still have an event from before the deletion.
 */
export function redactDeleted(
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

/** The author whose text a change shows; null for counts and deletions. */
export function authorOf(change: PostChange): string | null {
  return change.type === "comment.created" || change.type === "answer.created"
    ? (change.data.author?.id ?? null)
    : null;
}

/** The changes that a viewer may see from whom these authors are hidden. */
export function withoutHidden(changes: readonly PostChange[], hidden: ReadonlySet<string>): PostChange[] {
  return changes.filter((change) => {
    const author = authorOf(change);
    return author === null || !hidden.has(author);
  });
}

/** Removes the state of the viewer who caused the change: an event is the same for everybody. */
export function withoutViewer(change: PostChange): PostChange {
  switch (change.type) {
    case "comment.created":
      return { type: change.type, data: { ...change.data, viewer: null } };
    case "answer.created":
      return { type: change.type, data: { ...change.data, viewer: null } };
    case "comment.deleted":
    case "comment.counted":
    case "post.counted":
    case "post.deleted":
      return change;
    default:
      return change satisfies never;
  }
}

function countKey(change: PostChange): string | null {
  return change.type === "post.counted" || change.type === "comment.counted"
    ? `${change.type}:${change.data.id}`
    : null;
}

function versionOf(change: PostChange): number {
  return change.type === "post.counted" || change.type === "comment.counted" ? change.data.counts.version : 0;
}
