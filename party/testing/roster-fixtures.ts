/** Builders of rosters like those from Postgres, for tests of conversations. */
import type { Notice } from "../../db/views/conversation.view.ts";
import type { ConversationSnapshot } from "../outbox/conversation-snapshot.ts";

export type RosterMember = ConversationSnapshot["participants"][number];

export const member = (id: string, more: Partial<RosterMember> = {}): RosterMember => ({
  id,
  handle: "someone",
  name: "Some One",
  role: "member",
  state: "accepted",
  joinedAt: "2026-11-20T10:00:00.000Z",
  isMuted: false,
  sharesReceipts: true,
  deliveredSeq: 0,
  deliveredAt: null,
  readSeq: 0,
  readAt: null,
  unread: 0,
  ...more,
});

export function snapshot(
  id: string,
  participants: RosterMember[],
  more: Partial<ConversationSnapshot> = {},
): ConversationSnapshot {
  return {
    id,
    kind: "group",
    name: "Friends",
    createdAt: "2026-11-20T10:00:00.000Z",
    createdBy: null,
    version: 1,
    lastSeq: 0,
    participants,
    absent: [],
    declinedBy: [],
    hidden: [],
    cause: null,
    ...more,
  };
}

/** A block hides both people from each other; a mute hides `otherId` from `viewerId`. */
export const blocked = (one: string, other: string) => [
  { viewerId: one, otherId: other, isBlocked: true },
  { viewerId: other, otherId: one, isBlocked: true },
];
export const muted = (viewerId: string, otherId: string) => [{ viewerId, otherId, isBlocked: false }];

export const cause = (type: Notice["type"], actorId: string | null, name: string | null = null) => ({
  type,
  people: [],
  name,
  actorId,
});
