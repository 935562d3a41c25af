/**
 * What each room can be asked over RPC: one interface per room, plain data only. The room classes implement them, and
 * `env.ts` types its bindings from here, so that no caller of a room imports its class.
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
  /** Stores the rows, then sends them to its sockets. Idempotent by row id. Answers the rows it could not take. */
  deliver(rows: OutboxRow[]): Promise<{ failed: FailedRow[] }>;
}

/** A room whose sockets an account's UserRoom keeps track of. Every call answers the viewer's open sockets, by id. */
export interface SubscribableRoom {
  /** Closes the sockets of a session that has ended. */
  closeSession(viewerId: string, sessionId: string): Promise<string[]>;
  connectionsOf(viewerId: string): string[] | Promise<string[]>;
}

/** The topic of a room that an account can have sockets in. */
export type RoomTopic = `${"post" | "conversation"}:${string}`;

/** What one account may see of another's content changed. */
export interface RelationChange {
  otherId: string;
  isHidden: boolean;
  /** By a block, not only by muting. */
  isBlocked: boolean;
  /** Id of the outbox row: the greater is the newer. */
  order: string;
}

export type SubscribeAnswer =
  | { isAllowed: true; newlyHidden: RelationChange[] }
  /** `code`: the close code for the socket that asked. */
  | { isAllowed: false; code: number; reason: string };

/** An account's own state in one conversation, as that conversation's room has it. Of two the greater `rev` is newer. */
export type MemberStateUpdate =
  | { kind: "chat"; chat: ConversationSummary }
  | { kind: "left"; id: string; rev: number };

export interface MemberStates {
  totals: ConversationTotals;
  /** Of the conversations asked for, those that are known. */
  chats: ConversationSummary[];
}

export type TypingUpdate = Extract<Signal, { type: "conversation.typing" }>["data"];

/** An event of a room in its envelope. */
export type EventInEnvelope<Event> = Event & Omit<Envelope, "type" | "data">;

/** A page of a room's event log for readers without a socket. `resync`: read everything again, then go on from `seq`. */
export type PollAnswer<Event> =
  | { epoch: string; seq: number; events: EventInEnvelope<Event>[] }
  | { epoch: string; seq: number; resync: true };

/** Presence of some people for one viewer. Of two about one person the one with the greater `rev` is newer. */
export interface PresenceUpdate {
  rev: number;
  people: PresenceOf[];
}

/** A geohash cell that an account shares being in; `expiresAt` in milliseconds since 1970. */
export interface SharedCell {
  cell: string;
  expiresAt: number;
}

export interface UserRoomRpc extends OutboxRowReceiver {
  /** The account's event log after `position`. */
  eventsAfter(position: Position | null): PollAnswer<UserEvent>;
  /**
   * Registers a socket of this account in another room; that room asks before it admits the socket.
   * `closedIds`: sockets of the account there that have closed since.
   */
  subscribe(topic: RoomTopic, connectionId: string, sessionId: string, closedIds?: string[]): SubscribeAnswer;
  /** Removes closed sockets of this account in another room. */
  unsubscribe(topic: RoomTopic, connectionIds: string[]): void;
  /** The rooms this account has sockets in. */
  subscribedTopics(): RoomTopic[];
  /** The session of the token with this SHA-256 digest, or null when only Postgres can tell. */
  findVerifiedSession(tokenHash: string): Promise<string | null>;
  /** Stores a session that Postgres has just verified; it expires at `expiresAt` (milliseconds since 1970). */
  storeVerifiedSession(tokenHash: string, sessionId: string, expiresAt: number): Promise<void>;
  /** Takes the account's state in one conversation. Idempotent, in any order. Answers how many pages are open. */
  updateMemberState(update: MemberStateUpdate): Promise<{ pages: number }>;
  /** Sends a typing signal to every device. Answers whether there was one. */
  publishTyping(typing: TypingUpdate): { isDelivered: boolean };
  /** The account's totals, and its state in each of these conversations as far as it is newer than Postgres. */
  memberStates(conversationIds: string[]): Promise<MemberStates>;
  /** Takes presence of subscribed people. Answers those that no device of this account subscribes to any more. */
  updatePresence(update: PresenceUpdate): Promise<string[]>;
  /** When this person left (milliseconds since 1970); null while online. */
  ownPresence(): Promise<{ leftAt: number | null }>;
  /** Shares being in this cell, replacing another; null shares none. */
  shareNearbyCell(cell: string | null): Promise<SharedCell | null>;
  sharedNearbyCell(): Promise<SharedCell | null>;
  /** Sends `nearby.changed` to every device. */
  publishNearbyChanged(): Promise<void>;
}

export interface PostRoomRpc extends OutboxRowReceiver, SubscribableRoom {
  /** Replaces the whole list of authors hidden from a viewer. */
  setHiddenAuthors(viewerId: string, authorIds: string[]): Promise<void>;
  /** Hides one author from a viewer or shows them again. Answers the viewer's open sockets, by id. */
  changeHiddenAuthor(viewerId: string, change: RelationChange): Promise<string[]>;
}

/** Why a room refused what it was asked; the code is the API's own. */
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
  /** Messages that the items reply to and that are not among them, as far as the room still stores them. */
  quoted: Message[];
  /** Seqs of messages that are replied to and not stored in the room: Postgres has them. */
  quotedElsewhere: number[];
  /** False when the page reaches further back than the room stores: Postgres has all of it. */
  isWhole: boolean;
}

export interface ConversationRoomRpc extends OutboxRowReceiver, SubscribableRoom {
  /** Sends a message over HTTP; the same as `message.send` over a socket. */
  send(userId: string, message: NewMessage): Promise<{ ok: true; ack: MessageAck } | Refused>;
  /** Edits, deletes or reacts over HTTP. Answers the message as it then is for this viewer. */
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
  /** Sends the viewer's pending member state to their UserRoom at once: a further page of theirs was opened. */
  flushMemberState(userId: string): Promise<void>;
}

export interface PresenceRoomRpc extends OutboxRowReceiver {
  /** A person's UserRoom reports that the first device connected, or that the last one left at `at`. Idempotent. */
  announce(userId: string, isOnline: boolean, at: number): Promise<void>;
  /**
   * What `viewerId` may see of each of these people, in the order given. People without a record in the shard are read from
   * Postgres first, if it answers in time.
   */
  query(viewerId: string, userIds: string[]): Promise<PresenceOf[]>;
  /** Those of `viewerIds` who may see whether `userId` is online. */
  whoMaySee(userId: string, viewerIds: string[]): Promise<string[]>;
  /** Subscribes to `add` and answers their presence; unsubscribes from `remove`. Idempotent. */
  subscribe(subscriberId: string, add: string[], remove: string[]): Promise<PresenceUpdate>;
}

/** By cell: the people who would be shown somebody in it. */
export type NearbyViewers = Record<string, string[]>;

export interface NearbyRoomRpc {
  /** Until `expiresAt` (milliseconds since 1970); replaces an earlier cell of this person in this room. */
  join(userId: string, cell: string, expiresAt: number): Promise<void>;
  leave(userId: string): Promise<void>;
  viewersOf(cells: string[]): Promise<NearbyViewers>;
  /** Everybody but `userId` whose cell lies in one of these or around it, the latest first. */
  near(userId: string, cells: string[]): Promise<string[]>;
}

/** The result of one run of the outbox drainer, in rows. */
export interface DrainResult {
  delivered: number;
  failed: number;
  /** Rows still to be delivered, now or later; dead letters not counted. */
  waiting: number;
}

export interface OutboxRoomRpc {
  /** Delivers every due row now. Throws when Postgres does not answer. */
  drain(): Promise<DrainResult>;
  /** Schedules a drain within a second. */
  scheduleDrain(): Promise<void>;
}
