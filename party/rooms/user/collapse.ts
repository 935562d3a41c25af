/** Which events of a person's room make an older one pointless. */
import type { UserEvent } from "../../protocol/user-events.ts";

/**
 * The collapse key of an event and its order among those with the same key, or null when every one counts.
 * Counts are ordered by their version; the rest by the id of their outbox row, which is a UUIDv7 made under the lock
 * of the changed row.
 */
export function collapseOf(event: UserEvent, rowId: string): { key: string; order: string } | null {
  switch (event.type) {
    case "notification.created":
      return null;
    case "unread.changed":
      // One that names what was read must be heard itself; a mere number gives way to the next.
      return event.data.read ? null : { key: "unread", order: versionOrder(event.data.version) };
    case "follow.changed":
      return { key: `follow:${event.data.followerId}:${event.data.followingId}`, order: rowId };
    case "relation.changed":
      return { key: `relation:${event.data.otherId}`, order: rowId };
    case "vote.changed":
      return { key: `vote:${event.data.target}:${event.data.id}`, order: rowId };
    case "post.counted":
      return { key: `counts:${event.data.id}`, order: versionOrder(event.data.counts.version) };
    case "conversation.touched":
      return {
        key: `conversation:${event.data.conversation.id}`,
        order: versionOrder(event.data.conversation.rev),
      };
    case "conversation.left":
      return null;
    default:
      event satisfies never;
      return null;
  }
}

function versionOrder(version: number): string {
  return String(version).padStart(16, "0");
}
