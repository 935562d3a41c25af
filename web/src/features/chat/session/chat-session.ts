/**
 * The chat of one signed-in account in this tab. The session creates all stores of chat and connects them.
 * It is created when the messages page is first shown (or when unsent messages are found) and disposed of
 * when the account signs out or another one signs in. Components get it with `useChatSession`.
 */
import type { QueryClient } from "@tanstack/react-query";
import { signedInAccountId } from "../../../api/account.ts";
import { newIdempotencyKey } from "../../../api/client.ts";
import { queryClient } from "../../../api/query-client.ts";
import { onUserRoomWelcome } from "../../../realtime/user-room.ts";
import type { Message } from "../../../realtime/views.ts";
import { checkSession } from "../../session/check-session.ts";
import { postMessage, postRead, reactToMessage, readConversation } from "../data/chat.api.ts";
import { findConversation } from "../data/chat.cache.ts";
import { type ChatQueries, createChatQueries } from "../data/chat.queries.ts";
import { ackedMessage } from "../data/message-history.ts";
import { createOptimisticReactions, type OptimisticReactions } from "../data/optimistic-reactions.ts";
import { type ConversationEvents, createConversationEvents } from "../live/chat.events.ts";
import {
  type ConversationConnections,
  createConversationConnections,
} from "../live/conversation-connections.ts";
import { type ConversationsInView, createConversationsInView } from "../live/conversations-in-view.ts";
import type { LatestValueSender } from "../live/latest-value-sender.ts";
import { createReadPointers, type ReadPointers } from "../live/read-pointers.ts";
import { bySocketOrHttp } from "../live/socket-or-http.ts";
import { createTypingStore, type TypingStore } from "../live/typing.ts";
import { createBrowserOutbox } from "../outbox/browser-outbox.ts";
import { createMessageSender } from "../outbox/message-sender.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { type AttachedSession, attachedSession } from "./chat-account.ts";

export interface ChatSession extends AttachedSession {
  readonly accountId: string;
  readonly client: QueryClient;
  readonly connections: ConversationConnections;
  readonly events: ConversationEvents;
  readonly inView: ConversationsInView;
  readonly outbox: Outbox;
  readonly queries: ChatQueries;
  readonly readPointers: ReadPointers;
  readonly typing: TypingStore;
  /** A conversation's optimistic reactions; the same object for the same conversation. */
  reactionsOf(conversationId: string): OptimisticReactions;
  /**
   * Runs a command on a message over the conversation's socket, or over HTTP when that is not possible. A
   * message in the HTTP response is applied like its event. Rejects with ApiError.
   */
  changeMessage(
    conversationId: string,
    command: (ref: string) => { type: string } & Record<string, unknown>,
    byHttp: () => Promise<Message>,
  ): Promise<void>;
}

/** Returns the account's session, which the first call creates. Disposes of another account's session. */
export function openChatSession(accountId: string): ChatSession {
  return attachedSession(accountId, (delivered) => createChatSession(accountId, queryClient, delivered));
}

const clock = {
  setTimer: (run: () => void, ms: number) => setTimeout(run, ms),
  clearTimer: (timer: unknown) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

function createChatSession(
  accountId: string,
  client: QueryClient,
  delivered: LatestValueSender,
): ChatSession {
  const events = createConversationEvents(client, accountId);
  const typing = createTypingStore(clock);
  const inView = createConversationsInView(
    () => document.visibilityState === "visible" && document.hasFocus(),
  );

  const sender = createMessageSender({
    sendBySocket: (entry) => connections.sendMessage(entry),
    sendByHttp: (entry, signal) => postMessage(entry.conversationId, entry, signal),
    findConversation: async (id) =>
      findConversation(client, id) ?? (await readConversation(id).catch(() => null)),
    onUnauthenticated: () => void checkSession().catch(() => {}),
    setTimer: clock.setTimer,
  });
  const { outbox, dispose: disposeOutbox } = createBrowserOutbox({
    accountId,
    send: sender.send,
    onAcked: (entry, ack) => events.applyMessage(ackedMessage(entry, ack)),
  });
  const queries = createChatQueries({
    client,
    accountId,
    events,
    isOwnSession: () => signedInAccountId() === accountId,
    onConfirmed: outbox.confirm,
    onDelivered: delivered.set,
  });
  const readPointers = createReadPointers({
    client,
    sendBySocket: (id, seq) => connections.send(id, { type: "receipt.read", seq }),
    sendByHttp: postRead,
    ...clock,
  });
  const connections = createConversationConnections({
    client,
    accountId,
    events,
    queries,
    typing,
    isInView: inView.isInView,
    onWelcome: (id) => {
      readPointers.onWelcome(id);
      sender.onWelcome(id);
      void outbox.wake();
    },
    onOwnMessage: (id, { seq, clientId }) => {
      readPointers.onOwnMessage(id, seq);
      if (clientId) outbox.confirm([clientId]);
    },
    onDelivered: delivered.set,
    ...clock,
  });

  const changeMessage: ChatSession["changeMessage"] = async (id, command, byHttp) => {
    const ref = newIdempotencyKey();
    const message = await bySocketOrHttp(() => connections.request(id, ref, command(ref)), byHttp);
    if (message) events.applyMessage(message);
  };

  const reactions = new Map<string, OptimisticReactions>();
  const reactionsOf = (id: string): OptimisticReactions => {
    const known = reactions.get(id);
    if (known) return known;
    const created = createOptimisticReactions({
      send: (seq, emoji, isOn) =>
        changeMessage(
          id,
          (ref) => ({ type: "message.react", ref, seq, emoji, isOn }),
          () => reactToMessage(id, seq, emoji, isOn),
        ),
      setTimer: clock.setTimer,
    });
    reactions.set(id, created);
    return created;
  };

  const stopListening = onUserRoomWelcome(() => void outbox.wake());
  window.addEventListener("pagehide", readPointers.flush);

  return {
    accountId,
    client,
    connections,
    events,
    inView,
    outbox,
    queries,
    readPointers,
    typing,
    reactionsOf,
    changeMessage,
    onChatEvent: queries.onChatEvent,
    onTyping: typing.setTyping,
    refetchAll: queries.refetchAll,
    sendDelivered: (id, seq) =>
      readPointers.isSent(id, seq) || connections.send(id, { type: "receipt.delivered", seq }),
    dispose() {
      stopListening();
      window.removeEventListener("pagehide", readPointers.flush);
      disposeOutbox();
      connections.dispose();
      readPointers.dispose();
      typing.dispose();
    },
  };
}
