/**
 * The account's own read pointers: shown at once, sent after a short delay, and sent again on each new
 * socket, because the room may not have received what was written to the previous one.
 */
import type { QueryClient } from "@tanstack/react-query";
import { findConversation, patchConversation } from "../data/chat.cache.ts";
import { addToTotals } from "../data/unread-totals.cache.ts";

const SEND_AFTER_MS = 150;

export interface ReadPointers {
  /** Marks all messages up to `seq` as read. */
  markRead(conversationId: string, seq: number): void;
  /** True when a read pointer up to `seq` was sent; then no delivered receipt is needed. */
  isSent(conversationId: string, seq: number): boolean;
  /** The conversation has a new socket. */
  onWelcome(conversationId: string): void;
  /** The room moves the sender's read pointer to the message it sends, so this one need not be sent. */
  onOwnMessage(conversationId: string, seq: number): void;
  /**
   * The page is being left: sends unsent pointers by HTTP, because a `keepalive` request survives the
   * page.
   */
  flush(): void;
  dispose(): void;
}

export function createReadPointers(deps: {
  client: QueryClient;
  /** Sends by the conversation's socket; false when none is up. */
  sendBySocket(conversationId: string, seq: number): boolean;
  sendByHttp(conversationId: string, seq: number): Promise<void>;
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
}): ReadPointers {
  const { client } = deps;
  /** By conversation: the newest seq that was in view on this tab, and the newest that was sent. */
  const seen = new Map<string, number>();
  const sent = new Map<string, number>();
  const timers = new Map<string, unknown>();

  function send(conversationId: string): void {
    const seq = seen.get(conversationId) ?? 0;
    if (seq <= (sent.get(conversationId) ?? 0)) return;
    sent.set(conversationId, seq);
    if (deps.sendBySocket(conversationId, seq)) return;
    // When the request fails too, the next socket sends it.
    deps.sendByHttp(conversationId, seq).catch(() => sent.delete(conversationId));
  }

  /**
   * Patches the counts optimistically; `rev` and `version` stay, so that the server's counts replace them.
   */
  function showRead(conversationId: string, seq: number): void {
    patchConversation(client, conversationId, (conversation) => {
      if (seq <= conversation.readSeq && conversation.unread === 0) return conversation;
      const unread = seq >= conversation.lastSeq ? 0 : conversation.unread;
      const { state, isMuted } = conversation.viewer;
      if (state === "accepted" && !isMuted) addToTotals(client, { unread: unread - conversation.unread });
      return { ...conversation, readSeq: Math.max(seq, conversation.readSeq), unread };
    });
  }

  return {
    markRead(conversationId, seq) {
      const known = findConversation(client, conversationId);
      const isKnownRead = known !== undefined && seq <= known.readSeq && known.unread === 0;
      if (seq <= (seen.get(conversationId) ?? 0) || isKnownRead) return;
      seen.set(conversationId, seq);
      showRead(conversationId, seq);
      if (timers.has(conversationId)) return;
      timers.set(
        conversationId,
        deps.setTimer(() => {
          timers.delete(conversationId);
          send(conversationId);
        }, SEND_AFTER_MS),
      );
    },
    isSent: (conversationId, seq) => (sent.get(conversationId) ?? 0) >= seq,
    onWelcome(conversationId) {
      sent.delete(conversationId);
      if (!timers.has(conversationId)) send(conversationId);
    },
    onOwnMessage(conversationId, seq) {
      sent.set(conversationId, Math.max(seq, sent.get(conversationId) ?? 0));
    },
    flush() {
      for (const conversationId of timers.keys()) {
        const seq = seen.get(conversationId) ?? 0;
        if (seq > (sent.get(conversationId) ?? 0)) deps.sendByHttp(conversationId, seq).catch(() => {});
      }
    },
    dispose() {
      for (const timer of timers.values()) deps.clearTimer(timer);
      timers.clear();
    },
  };
}
