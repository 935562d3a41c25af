/**
 * The part of chat that runs on every page while an account is signed in: it applies the chat events of
 * the account's room to the unread totals and sends delivered receipts. It also passes the events to the
 * chat session, whose code is loaded with the messages page.
 */
import type { QueryClient } from "@tanstack/react-query";
import type { UserEvent } from "../../../../../party/protocol/user-events.ts";
import { onAccountChange } from "../../../api/account-state.ts";
import { sendToUserRoom } from "../../../realtime/user-room.ts";
import { applyTotals } from "../data/unread-totals.cache.ts";
import { createLatestValueSender, type LatestValueSender } from "../live/latest-value-sender.ts";

export type ChatEvent = Extract<UserEvent, { type: "conversation.touched" | "conversation.left" }>;

/** The methods of a chat session that this file calls. */
export interface AttachedSession {
  onChatEvent(event: ChatEvent): void;
  /** A member started or stopped typing in a conversation. */
  onTyping(conversationId: string, userId: string, isTyping: boolean): void;
  /** Called when events may have been lost. */
  refetchAll(): void;
  /**
   * Sends a delivered receipt over the conversation's socket. Returns true also when a read pointer up to
   * `seq` was sent, which implies delivery; false when the conversation has no socket.
   */
  sendDelivered(conversationId: string, seq: number): boolean;
  dispose(): void;
}

interface ChatAccount<S extends AttachedSession = AttachedSession> {
  accountId: string;
  delivered: LatestValueSender;
  session: S | null;
}

/** Receipts within this time of each other are sent as one. */
const DELIVERED_AFTER_MS = 300;
const DELIVERED_BATCH_MAX = 4;

/** The signed-in account; null when nobody is signed in, and until the first use. */
let current: ChatAccount | null = null;

/** Disposes of the chat session, because another account signed in or this one signed out. */
function endChat(): void {
  const session = current?.session;
  current = null;
  session?.dispose();
}
onAccountChange(endChat);

function createChatAccount(accountId: string): ChatAccount {
  const account: ChatAccount = {
    accountId,
    session: null,
    // A receipt that cannot be sent is dropped: the next message, or opening the conversation, sends a newer
    // one.
    delivered: createLatestValueSender({
      waitMs: DELIVERED_AFTER_MS,
      batchMax: DELIVERED_BATCH_MAX,
      send: (conversationId, seq) => {
        if (current !== account) return false;
        if (account.session?.sendDelivered(conversationId, seq)) return true;
        return sendToUserRoom({ type: "receipt.delivered", conversationId, seq });
      },
      setTimer: (run, ms) => setTimeout(run, ms),
    }),
  };
  return account;
}

function chatAccount(accountId: string): ChatAccount {
  if (current?.accountId === accountId) return current;
  endChat();
  current = createChatAccount(accountId);
  return current;
}

/**
 * Returns the account's chat session, which the first call creates. `delivered` receives, per
 * conversation, the seq up to which messages have reached this device.
 */
export function attachedSession<S extends AttachedSession>(
  accountId: string,
  create: (delivered: LatestValueSender) => S,
): S {
  const account = chatAccount(accountId) as ChatAccount<S>;
  account.session ??= create(account.delivered);
  return account.session;
}

/** Applies `conversation.touched` and `conversation.left`. */
export function applyChatEvent(client: QueryClient, event: ChatEvent, accountId: string): void {
  applyTotals(client, event.data.totals);
  const { delivered, session } = chatAccount(accountId);
  if (event.type === "conversation.touched") {
    const { id, lastSeq, unread } = event.data.conversation;
    if (unread > 0) delivered.set(id, lastSeq);
  }
  session?.onChatEvent(event);
}

/** Applies the signal `conversation.typing`. */
export function applyTyping(data: { conversationId: string; userId: string; isTyping: boolean }): void {
  current?.session?.onTyping(data.conversationId, data.userId, data.isTyping);
}

/** Events of the account's room were lost: refetches the conversations that are shown. */
export function refetchChat(): void {
  current?.session?.refetchAll();
}
