/** Constants of the protocol, and types of the data in events. Imports no zod, because browsers load this file with the first page. */

export const PROTOCOL_VERSION = 1;

/**
 * The heartbeat: a client sends exactly this text, and the platform's auto-response is a `room.head` frame. The room stays in
 * hibernation. A client that has lost the last frame detects it by the seq of the head.
 */
export const PING = "ping";

export const closeCodes = {
  /** The session ended: sign in again. */
  sessionEnded: 4401,
  /** This viewer may no longer be connected to this room. */
  forbidden: 4403,
  gone: 4404,
  policy: 1008,
  tooLarge: 1009,
  internal: 1011,
  tryAgainLater: 1013,
} as const;

export const frameErrorCodes = [
  "MALFORMED_FRAME",
  "UNKNOWN_COMMAND",
  "FRAME_TOO_LARGE",
  "RATE_LIMITED",
  /** The codes from here on are the API's, for well-formed commands. */
  "FORBIDDEN",
  "NOT_FOUND",
  "CONFLICT",
  "GONE",
  "UNAVAILABLE",
] as const;
/** Why a room refused a frame. */
export type FrameErrorCode = (typeof frameErrorCodes)[number];

export type { CommentCounts, CommentView } from "../../db/views/comment.view.ts";
export type {
  Conversation,
  ConversationTotals,
  FoundMessage,
  LastMessage,
  Member,
  MemberState,
  Message,
  MessageAck,
  Notice,
  Reaction,
} from "../../db/views/conversation.view.ts";
export type { NotificationView, UnreadView } from "../../db/views/notification.view.ts";
export type { Me, Person, PersonView, ProfileView, RelationView } from "../../db/views/person.view.ts";
export type { PostCounts, PostView, VoteValue, VoteView } from "../../db/views/post.view.ts";
export type {
  Audience,
  NearbyView,
  Presence,
  PresenceOf,
  PresenceSettings,
} from "../../db/views/presence.view.ts";
export type { Suspension } from "../../db/views/suspension.view.ts";
