/**
 * The sockets of the open conversations: one per conversation, shared by the components that show it. The
 * position in the room's event log is kept after the socket closes, so that a reopened conversation
 * replays only the events it missed.
 */
import type { QueryClient } from "@tanstack/react-query";
import { ApiError, isTransient } from "../../../api/api-error.ts";
import { backoffDelayMs } from "../../../realtime/backoff.ts";
import { browserConnection } from "../../../realtime/browser-connection.ts";
import type { ConnectionDeps, RoomCommand } from "../../../realtime/connection.types.ts";
import type { Position, RoomEvent, Signal } from "../../../realtime/frames.ts";
import { POLL_VISIBLE_MS } from "../../../realtime/limits.ts";
import { type OpenConnection, openConnection } from "../../../realtime/open-connections.ts";
import type { Message, MessageAck } from "../../../realtime/views.ts";
import { checkSession } from "../../session/check-session.ts";
import { pollConversation } from "../data/chat.api.ts";
import { chatKeys, refetchConversation } from "../data/chat.cache.ts";
import type { ChatQueries } from "../data/chat.queries.ts";
import type { History } from "../data/message-history.ts";
import type { OutboxEntry } from "../outbox/outbox.types.ts";
import type { ConversationEvents } from "./chat.events.ts";
import { createPendingReplies, noReplyError, type PendingReplies } from "./pending-replies.ts";
import type { TypingStore } from "./typing.ts";

const isRefused = (error: unknown) =>
  error instanceof ApiError && (error.code === "NOT_FOUND" || error.code === "FORBIDDEN");

interface OpenConversation {
  holders: number;
  opened: OpenConnection;
  replies: PendingReplies<MessageAck | null>;
  isOpen: boolean;
}

export interface ConversationConnections {
  /** Opens the conversation's connection or shares the open one. The returned function releases it. */
  hold(conversationId: string): () => void;
  /** Sends a command without waiting for a reply; false when no socket is up. */
  send(conversationId: string, command: RoomCommand): boolean;
  /**
   * Sends a command and resolves with the room's reply. Rejects with ApiError, NETWORK when no socket is up.
   */
  request(conversationId: string, ref: string, command: RoomCommand): Promise<MessageAck | null>;
  /** Sends a message; null when the conversation has no live socket. Rejects with ApiError. */
  sendMessage(entry: OutboxEntry): Promise<MessageAck> | null;
  /** Closes all connections. */
  dispose(): void;
}

export interface ConversationConnectionsDeps {
  client: QueryClient;
  accountId: string;
  events: ConversationEvents;
  queries: Pick<ChatQueries, "readNewest" | "historyReadAgoMs">;
  typing: TypingStore;
  isInView(conversationId: string): boolean;
  /** Called when a new socket is up. Commands sent on the previous one may have been lost. */
  onWelcome(conversationId: string): void;
  /** Called when an own message has a seq. `clientId` is null when another device sent it without one. */
  onOwnMessage(conversationId: string, message: { seq: number; clientId: string | null }): void;
  /** Called when another member's message has reached this device. */
  onDelivered(conversationId: string, seq: number): void;
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
}

export function createConversationConnections(deps: ConversationConnectionsDeps): ConversationConnections {
  const { client, accountId, events, queries, typing } = deps;
  const open = new Map<string, OpenConversation>();
  const positions = new Map<string, Position>();

  function connect(id: string): OpenConversation {
    const connectionDeps: ConnectionDeps = {
      ...browserConnection({
        path: `/parties/conversation-room/${id}`,
        accountId,
        pollVisibleMs: POLL_VISIBLE_MS,
      }),
      checkSession,
      poll: async (position) => {
        try {
          return await pollConversation(id, position);
        } catch (error) {
          // The account is no longer a member. The room refuses the socket before it opens, which looks like
          // a lost network.
          if (isRefused(error)) void refetchConversation(client, id).catch(() => {});
          throw error;
        }
      },
      // A position is valid only while the messages up to it are cached.
      loadPosition: () => (client.getQueryData(chatKeys.history(id)) ? (positions.get(id) ?? null) : null),
      savePosition: (position) => {
        if (position) positions.set(id, position);
        else positions.delete(id);
      },
      readAgoMs: () => queries.historyReadAgoMs(id),
    };
    const conversation: OpenConversation = {
      holders: 0,
      isOpen: true,
      replies: createPendingReplies(deps),
      opened: openConnection(`conversation:${id}`, connectionDeps, {
        onEvent: (event) => onEvent(id, conversation, event),
        onSignal: (signal) => onSignal(id, conversation, signal),
        onRefused: (refusal) => conversation.replies.refuse(refusal),
        onResync: () => void resync(id, conversation),
        onWelcome: () => deps.onWelcome(id),
        onStatus: (status) => {
          if (status !== "live") {
            conversation.replies.rejectAll();
            typing.clear(id);
          }
          // The room closed the socket permanently: the account is no longer a member. The page shows the
          // response of this fetch.
          if (status === "ended") void refetchConversation(client, id).catch(() => {});
        },
      }),
    };
    return conversation;
  }

  function disconnect(id: string, conversation: OpenConversation): void {
    conversation.isOpen = false;
    open.delete(id);
    conversation.opened.close();
    conversation.replies.rejectAll();
    typing.clear(id);
  }

  function onEvent(id: string, { replies }: OpenConversation, event: RoomEvent): void {
    events.apply(id, event, deps.isInView(id));
    if (event.type !== "message.created" && event.type !== "message.changed") return;
    const message = event.data as Message;
    const { clientId, senderId, seq } = message;
    if (senderId === accountId) {
      if (clientId) replies.resolve(clientId, { clientId, seq, id: message.id, at: message.createdAt });
      deps.onOwnMessage(id, { seq, clientId });
    } else {
      if (senderId) typing.setTyping(id, senderId, false);
      if (event.type === "message.created") deps.onDelivered(id, seq);
    }
  }

  function onSignal(id: string, { replies }: OpenConversation, signal: Signal): void {
    switch (signal.type) {
      case "typing.changed":
        if (signal.data.userId !== accountId) typing.setTyping(id, signal.data.userId, signal.data.isTyping);
        break;
      case "message.acked":
        replies.resolve(signal.data.clientId, signal.data);
        break;
      case "command.done":
        replies.resolve(signal.data.ref, null);
        break;
      case "conversation.typing":
      case "presence.changed":
      case "nearby.changed":
        break;
      default:
        signal satisfies never;
    }
  }

  /** Events were lost: fetches the newest page and the conversation again, and retries until both succeed. */
  async function resync(id: string, conversation: OpenConversation): Promise<void> {
    for (let attempt = 0; conversation.isOpen; attempt += 1) {
      try {
        const history = await queries.readNewest(id);
        client.setQueryData<History>(chatKeys.history(id), history);
        await refetchConversation(client, id);
        return;
      } catch (error) {
        if (!isTransient(error)) break;
        await new Promise((resolve) =>
          deps.setTimer(() => resolve(null), backoffDelayMs(attempt + 1, Math.random)),
        );
      }
    }
    // Closed or refused before the fetch succeeded: the next connection must not resume from this position.
    positions.delete(id);
  }

  async function request(id: string, ref: string, command: RoomCommand): Promise<MessageAck | null> {
    const conversation = open.get(id);
    if (!conversation?.opened.connection.send(command)) throw noReplyError();
    const { connection } = conversation.opened;
    try {
      return await conversation.replies.expect(ref);
    } catch (error) {
      // No reply on a socket whose status is "live": check whether it is still alive.
      if (isTransient(error) && connection.status() === "live") connection.wake();
      throw error;
    }
  }

  return {
    hold(id) {
      const conversation = open.get(id) ?? connect(id);
      open.set(id, conversation);
      conversation.holders += 1;
      return () => {
        conversation.holders -= 1;
        if (conversation.holders === 0 && conversation.isOpen) disconnect(id, conversation);
      };
    },
    send: (id, command) => open.get(id)?.opened.connection.send(command) ?? false,
    request,
    sendMessage({ clientId, conversationId, body, replyTo }) {
      const { connection } = open.get(conversationId)?.opened ?? {};
      if (connection?.status() !== "live") return null;
      const reply = replyTo === null ? {} : { replyTo };
      return request(conversationId, clientId, { type: "message.send", clientId, body, ...reply }).then(
        (ack) => {
          if (!ack) throw noReplyError();
          return ack;
        },
      );
    },
    dispose() {
      for (const [id, conversation] of [...open]) disconnect(id, conversation);
    },
  };
}
