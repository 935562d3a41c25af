/** Which events of a UserRoom replace an older one in its log. */
import type { UserEvent } from "../../protocol/user-events.ts";

/**
 * The collapse key of an event and its order among the events with that key; null for an event that replaces none. Counts are
 * ordered by their version, other events by the id of their outbox row: a UUIDv7 made under the lock of the changed row.
 */
export function collapseOf(event: UserEvent, rowId: string): { key: string; order: string } | null {
  switch (event.type) {
    case "notification.created":
      return null;
    case "unread.changed":
      // An event that lists what was read must reach every client; a count alone is replaced by the next.
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
