/**
 * The RPC interface of each room. Arguments and results are plain data. The room classes implement the interfaces, and `env.ts`
 * types the bindings by them, so that no caller imports a room's class.
 */

import type { Conversation as ConversationView, Message, MessageAck } from "../db/views/conversation.view.ts";
import type { PresenceOf } from "../db/views/presence.view.ts";
import type { ConversationSummary } from "./outbox/conversation-snapshot.ts";
import type { FailedRow, OutboxRow } from "./outbox/rows.ts";
import type { ConversationCommand, NewMessage } from "./protocol/conversation-commands.ts";
import type { ConversationEvent } from "./protocol/conversation-events.ts";
import type { Envelope } from "./protocol/envelope.ts";
import type { Position } from "./protocol/position.ts";
import type { Signal } from "./protocol/signals.ts";
import type { UserEvent } from "./protocol/user-events.ts";
import type { ConversationTotals, FrameErrorCode } from "./protocol/wire.ts";

/** A room that receives outbox rows. */
export interface OutboxRowReceiver {
  /** Stores the rows, then sends them to the room's sockets. Idempotent by row id. Returns the rows that could not be stored. */
  deliver(rows: OutboxRow[]): Promise<{ failed: FailedRow[] }>;
}

/** A room whose sockets are registered at the UserRoom of their account. Every call returns the ids of the viewer's open sockets. */
export interface SubscribableRoom {
  /** Closes the sockets of a session that has ended. */
  closeSession(viewerId: string, sessionId: string): Promise<string[]>;
  connectionsOf(viewerId: string): string[] | Promise<string[]>;
}

/** The topic of a room that an account can have sockets in. */
export type RoomTopic = `${"post" | "conversation"}:${string}`;

/** A block or a mute changed: whether the account may see the content of another one. */
export interface RelationChange {
  otherId: string;
  isHidden: boolean;
  /** Hidden by a block, in either direction. A mute hides too, but is no block. */
  isBlocked: boolean;
  /** Id of the outbox row. Of two changes the one with the greater id is newer. */
  order: string;
}

export type SubscribeAnswer =
  | { isAllowed: true; newlyHidden: RelationChange[] }
  /** `code`: the close code for the socket. */
  | { isAllowed: false; code: number; reason: string };

/** An account's state in one conversation, from that conversation's room. Of two updates the one with the greater `rev` is newer. */
export type MemberStateUpdate =
  | { kind: "chat"; chat: ConversationSummary }
  | { kind: "left"; id: string; rev: number };

export interface MemberStates {
  totals: ConversationTotals;
  /** The requested conversations that the room has. */
  chats: ConversationSummary[];
}

export type TypingUpdate = Extract<Signal, { type: "conversation.typing" }>["data"];

/** An event of a room in its envelope. */
export type EventInEnvelope<Event> = Event & Omit<Envelope, "type" | "data">;

/** Events of a room's log for a client that polls. `resync`: the client has to read everything again and continue from `seq`. */
export type PollAnswer<Event> =
  | { epoch: string; seq: number; events: EventInEnvelope<Event>[] }
  | { epoch: string; seq: number; resync: true };

/** Presence of some people for one viewer. Of two updates about a person the one with the greater `rev` is newer. */
export interface PresenceUpdate {
  rev: number;
  people: PresenceOf[];
}

/** The geohash cell that an account shares with people nearby, until `expiresAt` (milliseconds since 1970). */
export interface SharedCell {
  cell: string;
  expiresAt: number;
}

/** Refused when the cell moves too often or too far; `retryAfterS` in seconds. */
export type ShareAnswer =
  | { ok: true; shared: SharedCell | null }
  | { ok: false; code: "RATE_LIMITED"; retryAfterS: number };

export interface UserRoomRpc extends OutboxRowReceiver {
  /** The account's event log after `position`. */
  eventsAfter(position: Position | null): PollAnswer<UserEvent>;
  /**
   * Registers a socket of this account in another room, which calls this before it admits the socket. Removes the sockets
   * `closedIds` of that room.
   */
  subscribe(topic: RoomTopic, connectionId: string, sessionId: string, closedIds?: string[]): SubscribeAnswer;
  /** Removes closed sockets of this account in another room. */
  unsubscribe(topic: RoomTopic, connectionIds: string[]): void;
  /** The rooms this account has sockets in. */
  subscribedTopics(): RoomTopic[];
  /** Id of the session whose token has this SHA-256 digest; null when it is not stored here, so that Postgres has to verify it. */
  findVerifiedSession(tokenHash: string): Promise<string | null>;
  /** Stores a session that Postgres has just verified; it expires at `expiresAt` (milliseconds since 1970). */
  storeVerifiedSession(tokenHash: string, sessionId: string, expiresAt: number): Promise<void>;
  /** Stores the account's state in one conversation. Idempotent, in any order. Returns the number of the account's open pages. */
  updateMemberState(update: MemberStateUpdate): Promise<{ pages: number }>;
  /** Sends a typing signal to every device. False when none is connected. */
  publishTyping(typing: TypingUpdate): { isDelivered: boolean };
  /** The account's totals, and its state in those of these conversations for which it is newer than in Postgres. */
  memberStates(conversationIds: string[]): Promise<MemberStates>;
  /** Sends presence to the devices that subscribe to it. Returns the people to whom no device subscribes any more. */
  updatePresence(update: PresenceUpdate): Promise<string[]>;
  /** When this person went offline (milliseconds since 1970); null while online. */
  ownPresence(): Promise<{ leftAt: number | null }>;
  /** Shares this cell instead of an earlier one; null stops sharing. */
  shareNearbyCell(cell: string | null): Promise<ShareAnswer>;
  sharedNearbyCell(): Promise<SharedCell | null>;
  /** Sends `nearby.changed` to every device. */
  publishNearbyChanged(): Promise<void>;
}

export interface PostRoomRpc extends OutboxRowReceiver, SubscribableRoom {
  /** Replaces the whole list of authors hidden from a viewer. */
  setHiddenAuthors(viewerId: string, authorIds: string[]): Promise<void>;
  /** Hides one author from a viewer or shows them again. Returns the ids of the viewer's open sockets. */
  changeHiddenAuthor(viewerId: string, change: RelationChange): Promise<string[]>;
}

/** Why a room refused a request. The code is one of the API's. */
export interface Refused {
  ok: false;
  code: FrameErrorCode;
  message: string;
}

export type ChangeCommand = Extract<
  ConversationCommand,
  { type: "message.edit" | "message.delete" | "message.react" }
>;

export interface MessagePage {
  ok: true;
  /** Newest first. */
  items: Message[];
  /** Messages to which items reply, not in `items` themselves, as far as the room still stores them. */
  quoted: Message[];
  /** Seqs of messages to which items reply and which only Postgres stores. */
  quotedElsewhere: number[];
  /** False when the room no longer stores the whole page: it has to be read from Postgres. */
  isWhole: boolean;
}

export interface ConversationRoomRpc extends OutboxRowReceiver, SubscribableRoom {
  /** Sends a message over HTTP; the same as `message.send` over a socket. */
  send(userId: string, message: NewMessage): Promise<{ ok: true; ack: MessageAck } | Refused>;
  /** Edits, deletes or reacts over HTTP. Returns the changed message as this viewer sees it. */
  change(userId: string, command: ChangeCommand): Promise<{ ok: true; message: Message } | Refused>;
  /** Messages before a seq, newest first, as this viewer sees them. */
  page(userId: string, at: { before?: number | undefined; limit: number }): Promise<MessagePage | Refused>;
  /** The conversation as this viewer sees it now. */
  overview(userId: string): Promise<{ ok: true; conversation: ConversationView } | Refused>;
  /** Moves the viewer's read pointer up to a seq. */
  read(userId: string, seq: number): Promise<{ ok: true } | Refused>;
  /** Moves the viewer's delivered pointer up to a seq. */
  delivered(userId: string, seq: number): Promise<{ ok: true } | Refused>;
  /** The conversation's event log after `position`, as this viewer sees it. */
  eventsAfter(userId: string, position: Position | null): Promise<PollAnswer<ConversationEvent> | Refused>;
  /** Sends the viewer's pending member state to their UserRoom without delay. Called when they open a further page. */
  flushMemberState(userId: string): Promise<void>;
}

export interface PresenceRoomRpc extends OutboxRowReceiver {
  /** Called by a person's UserRoom: the first device connected, or the last one disconnected at `at`. Idempotent. */
  announce(userId: string, isOnline: boolean, at: number): Promise<void>;
  /**
   * What `viewerId` may see of each of these people, in the order given. People without a record in the shard are read from
   * Postgres first. If that fails or times out, they look offline.
   */
  query(viewerId: string, userIds: string[]): Promise<PresenceOf[]>;
  /** Those of `viewerIds` who may see whether `userId` is online. */
  whoMaySee(userId: string, viewerIds: string[]): Promise<string[]>;
  /** Subscribes to `add` and returns their presence. Unsubscribes from `remove`. Idempotent. */
  subscribe(subscriberId: string, add: string[], remove: string[]): Promise<PresenceUpdate>;
}

export interface NearbyRoomRpc {
  /** Stores the person's cell until `expiresAt` (milliseconds since 1970), instead of an earlier one in this room. */
  join(userId: string, cell: string, expiresAt: number): Promise<void>;
  leave(userId: string): Promise<void>;
  /** Everybody who shares a cell in this room, at most IDS_MAX. */
  viewers(): Promise<string[]>;
  /** Everybody but `userId` whose cell is inside one of these or contains it. Who expires last comes first. */
  near(userId: string, cells: string[]): Promise<string[]>;
}

/** The result of one run of the outbox drainer, in rows. */
export interface DrainResult {
  delivered: number;
  failed: number;
  /** Rows that are left in the outbox, without dead letters. */
  waiting: number;
}

export interface OutboxRoomRpc {
  /** Delivers every row that is due. Throws when Postgres does not answer. */
  drain(): Promise<DrainResult>;
  /** Schedules a drain within a second. */
  scheduleDrain(): Promise<void>;
}
