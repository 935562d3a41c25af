/** Sends one message: by the conversation's socket when it is up, else by an HTTP request. */
import { ApiError, networkError } from "../../../api/api-error.ts";
import type { Conversation, MessageAck } from "../../../realtime/views.ts";
import { causeOf } from "../data/request-limit.ts";
import type { OutboxEntry } from "./outbox.types.ts";

/**
 * A request that has no response this long after a new socket is up is aborted: its network connection is
 * assumed to be dead.
 */
const HANGS_AFTER_MS = 1_000;

export interface MessageSender {
  /** Rejects with ApiError. Sending an entry twice is safe: the server deduplicates it by its client id. */
  send(entry: OutboxEntry): Promise<MessageAck>;
  /**
   * Called when the conversation has a new socket. Requests without a response are aborted and sent over
   * the socket.
   */
  onWelcome(conversationId: string): void;
}

export function createMessageSender(deps: {
  /** Null when the conversation has no socket. */
  sendBySocket(entry: OutboxEntry): Promise<MessageAck> | null;
  sendByHttp(entry: OutboxEntry, signal: AbortSignal): Promise<MessageAck>;
  /** The conversation from the cache or the server; null when it cannot be read. */
  findConversation(id: string): Promise<Conversation | null>;
  /** The server answered 401. */
  onUnauthenticated(): void;
  setTimer(run: () => void, ms: number): unknown;
}): MessageSender {
  const requests = new Set<{ conversationId: string; abort: AbortController }>();

  async function sendByHttp(entry: OutboxEntry): Promise<MessageAck> {
    const abort = new AbortController();
    const request = { conversationId: entry.conversationId, abort };
    requests.add(request);
    try {
      return await deps.sendByHttp(entry, abort.signal);
    } catch (error) {
      if (abort.signal.aborted) {
        const bySocket = deps.sendBySocket(entry);
        if (bySocket) return await bySocket;
        throw networkError(error);
      }
      if (error instanceof ApiError && error.status === 401) deps.onUnauthenticated();
      throw error;
    } finally {
      requests.delete(request);
    }
  }

  async function sendByEither(entry: OutboxEntry): Promise<MessageAck> {
    try {
      const bySocket = deps.sendBySocket(entry);
      if (bySocket) return await bySocket;
    } catch (error) {
      // The socket closed before the reply: the room may have stored the message, so the same one is sent
      // over HTTP with the same client id.
      if (!(error instanceof ApiError && error.code === "NETWORK")) throw error;
    }
    return await sendByHttp(entry);
  }

  /**
   * Replaces the error's code by the cause of the refusal. The cause is stored with the message, because
   * the conversation may change later.
   */
  async function withCause(error: ApiError, { conversationId, accountId }: OutboxEntry): Promise<ApiError> {
    const conversation = await deps.findConversation(conversationId);
    const { status, message } = error;
    return new ApiError({ status, message, code: causeOf(error.code, conversation, accountId) });
  }

  return {
    async send(entry) {
      try {
        return await sendByEither(entry);
      } catch (error) {
        throw error instanceof ApiError && error.code === "FORBIDDEN" ? await withCause(error, entry) : error;
      }
    },
    onWelcome(conversationId) {
      const waiting = [...requests].filter((request) => request.conversationId === conversationId);
      if (waiting.length === 0) return;
      deps.setTimer(() => {
        for (const request of waiting) if (requests.has(request)) request.abort.abort();
      }, HANGS_AFTER_MS);
    },
  };
}
