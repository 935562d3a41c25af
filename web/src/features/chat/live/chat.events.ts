/**
 * Patches the query cache with the events of a conversation's room and with the chat events of the account's
 * room.
 */
import type { QueryClient } from "@tanstack/react-query";
import type { ConversationEvent } from "../../../../../party/protocol/conversation-events.ts";
import type { UserEvent } from "../../../../../party/protocol/user-events.ts";
import type { RoomEvent } from "../../../realtime/frames.ts";
import type { Member, Message } from "../../../realtime/views.ts";
import {
  chatKeys,
  findConversation,
  laterPointers,
  newerConversation,
  patchConversation,
  removeConversation,
  withCounts,
} from "../data/chat.cache.ts";
import { addMessage, type History } from "../data/message-history.ts";
import { addToTotals } from "../data/unread-totals.cache.ts";

type DataOf<E extends { type: string; data: unknown }, T extends string> = Extract<E, { type: T }>["data"];
export type MemberStateEvent = DataOf<UserEvent, "conversation.touched">;
export type LeftEvent = DataOf<UserEvent, "conversation.left">;
type ReceiptEvent = DataOf<ConversationEvent, "receipt.moved">;
type ConversationChanged = DataOf<ConversationEvent, "conversation.changed">;

export interface ConversationEvents {
  /**
   * Applies one event of an open conversation's room. Types that this version does not know are ignored.
   * @param isInView true when the end of the message list is in view, so that the message does not count as
   *   unread
   */
  apply(conversationId: string, event: RoomEvent, isInView: boolean): void;
  /** Applies a message, from its event or from the response to sending it. */
  applyMessage(message: Message): void;
  /**
   * Fetches data of a conversation over HTTP. Returns the response and the messages that arrived by events
   * during the request, because the response may be older than they are.
   */
  readWithArrivals<T>(
    conversationId: string,
    read: () => Promise<T>,
  ): Promise<{ answer: T; arrived: readonly Message[] }>;
}

export function createConversationEvents(client: QueryClient, accountId: string): ConversationEvents {
  const reads = new Set<{ conversationId: string; arrived: Message[] }>();

  function applyMessage(message: Message): void {
    for (const read of reads) {
      if (read.conversationId === message.conversationId) read.arrived.push(message);
    }
    client.setQueryData<History>(
      chatKeys.history(message.conversationId),
      (history) => history && addMessage(history, message),
    );
    showAsLastMessage(client, message);
  }

  return {
    apply(conversationId, event, isInView) {
      // The room validates the data with zod before it logs the event, so `type` determines the shape of
      // `data`.
      const known = event as RoomEvent & ConversationEvent;
      switch (known.type) {
        case "message.created":
          // Before the message is added: only a message with a seq above `lastSeq` is counted.
          if (!isInView) countUnread(client, known.data, accountId);
          applyMessage(known.data);
          break;
        case "message.changed":
          applyMessage(known.data);
          break;
        case "receipt.moved":
          applyReceipt(client, conversationId, known.data);
          break;
        case "conversation.changed":
          applyConversationChanged(client, known.data);
          break;
        default:
          known satisfies never;
      }
    },
    applyMessage,
    async readWithArrivals(conversationId, read) {
      const mine = { conversationId, arrived: [] as Message[] };
      reads.add(mine);
      try {
        return { answer: await read(), arrived: mine.arrived };
      } finally {
        reads.delete(mine);
      }
    },
  };
}

/**
 * Adds one unread message optimistically. The account's room counts by the same rule, and its count
 * replaces this one; for an open conversation it arrives later. `rev` is unchanged. The room's count
 * already includes messages up to `lastSeq`.
 */
function countUnread(client: QueryClient, message: Message, meId: string): void {
  const { conversationId, seq, kind, senderId, isHidden } = message;
  if (kind !== "text" || senderId === meId || isHidden) return;
  patchConversation(client, conversationId, (conversation) => {
    if (seq <= conversation.lastSeq || seq <= conversation.readSeq) return conversation;
    const { state, isMuted } = conversation.viewer;
    if (state === "accepted" && !isMuted) addToTotals(client, { unread: 1 });
    return { ...conversation, unread: conversation.unread + 1 };
  });
}

/** The same length as the room's own previews (party/rooms/conversation/redaction.ts). */
const PREVIEW_MAX_CHARS = 140;

/**
 * Shows a message as its conversation's last one in the lists, before `conversation.touched` delivers the
 * same message.
 */
function showAsLastMessage(client: QueryClient, message: Message): void {
  const { conversationId, seq, kind, senderId, body, notice, isDeleted, createdAt } = message;
  patchConversation(client, conversationId, (conversation) => {
    if (seq < conversation.lastSeq) return conversation;
    const text = body.replaceAll(/\s+/g, " ").trim();
    const preview = [...text].slice(0, PREVIEW_MAX_CHARS).join("");
    const lastMessage = { seq, kind, senderId, preview, notice, isDeleted, at: createdAt };
    return { ...conversation, lastSeq: seq, lastMessage };
  });
}

/** Moves a member's delivered and read pointers forward. */
export function applyReceipt(client: QueryClient, conversationId: string, event: ReceiptEvent): void {
  const { userId, ...pointers } = event;
  patchConversation(client, conversationId, (conversation) => {
    const move = (one: Member) => (one.id === userId ? laterPointers(one, { ...one, ...pointers }) : one);
    return { ...conversation, participants: conversation.participants.map(move) };
  });
}

/**
 * Applies a change of the members, the name or the viewer's permissions. Unread counts arrive by
 * `conversation.touched`.
 */
export function applyConversationChanged(client: QueryClient, event: ConversationChanged): void {
  patchConversation(client, event.id, (conversation) =>
    event.version < conversation.version
      ? conversation
      : newerConversation(conversation, { ...conversation, ...event }),
  );
}

/**
 * Applies the new counts and last message of a conversation. Returns true when the conversation must be
 * fetched: it is not cached and a list is loaded, or its members are newer than the cached ones.
 */
export function applyMemberState(client: QueryClient, { conversation: received }: MemberStateEvent): boolean {
  const known = findConversation(client, received.id);
  if (!known) return client.getQueriesData({ queryKey: chatKeys.lists }).some(([, list]) => list);
  patchConversation(client, received.id, (conversation) => {
    if (received.rev < conversation.rev) return conversation;
    const viewer = { ...conversation.viewer, state: received.state, isMuted: received.isMuted };
    return { ...withCounts(conversation, received), viewer };
  });
  return received.version > known.version;
}

/** Removes a conversation that the account is no longer a member of. */
export function applyLeft(client: QueryClient, { id }: LeftEvent): void {
  removeConversation(client, id);
}

/**
 * Subtracts a request that was answered in this tab from the totals, unless an event has already updated
 * the conversation.
 */
export function applyAnswered(client: QueryClient, id: string): void {
  if (findConversation(client, id)?.viewer.state === "requested") addToTotals(client, { requests: -1 });
}
