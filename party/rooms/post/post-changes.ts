/** Pure functions that merge the changes of a post into one event and redact it for a viewer. */
import type { PostChange } from "../../protocol/post-events.ts";

/** The least time between two frames. */
export const FLUSH_EVERY_MS = 250;

/** Milliseconds until the next frame may be sent. */
export function waitBeforeFlush(lastFlushAt: number | null, now: number): number {
  return lastFlushAt === null ? 0 : Math.max(0, lastFlushAt + FLUSH_EVERY_MS - now);
}

/** Removes counts that have a newer version in the same list. Keeps the order of the changes. */
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
 * Redacts deleted comments and answers in the way in which a read returns them: a comment has no body and no author, an answer is
 * left out. Two transactions may be delivered in the wrong order, and the log may contain events from before the deletion.
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

/** The changes without the texts of these authors, for a viewer from whom they are hidden. */
export function withoutHidden(changes: readonly PostChange[], hidden: ReadonlySet<string>): PostChange[] {
  return changes.filter((change) => {
    const author = authorOf(change);
    return author === null || !hidden.has(author);
  });
}

/** Removes the state of the account that caused the change: everybody receives the same event. */
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
