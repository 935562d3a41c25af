/** The view models of the chat screens. */
import type { Conversation, FoundMessage, Message } from "../../../realtime/views.ts";

/** The state of an own message that the server has not acknowledged yet. */
export type PendingState =
  /** Being sent. */
  | "sending"
  /**
   * Cannot be sent now (no network, or the server is unavailable). The outbox sends it later without an
   * action of the reader.
   */
  | "waiting"
  /** The server refused it. The reader can retry or discard it. */
  | "failed";

/** A message in the list: the server's, or an own one from the outbox. */
export interface ShownMessage extends Message {
  /** React key, the same before and after the server has the message. */
  key: string;
  /**
   * Null once the server has the message. Until then `seq` is 0 and `id` is the client id. `code` is the
   * API's error code if the server refused it.
   */
  local: { state: PendingState; code: string | null } | null;
}

interface Loading {
  /** Nothing is loaded yet and the first read is running. */
  isPending: boolean;
  error: Error | null;
  refetch(): void;
}

export interface ConversationList extends Loading {
  /** Newest first. */
  conversations: Conversation[];
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore(): void;
}

export interface ConversationState extends Loading {
  /** Null until it is read. NOT_FOUND in `error`: the account is not, or no longer, a member. */
  conversation: Conversation | null;
}

export interface MessageList extends Loading {
  /** Oldest first; own unsent messages come last. */
  messages: ShownMessage[];
  /** Returns the message with this seq if it is loaded or quoted. Used to show `replyTo`. */
  messageAt(seq: number): Message | null;
  hasOlder: boolean;
  isLoadingOlder: boolean;
  olderError: Error | null;
  loadOlder(): void;
  /** Loads older pages until the message with this seq is loaded. False when it cannot be reached. */
  loadUntil(seq: number): Promise<boolean>;
}

export interface MessageSending {
  /** Shows the message and sends it as soon as possible. Returns its client id. */
  send(body: string, replyTo?: number | null): string;
  /** Sends a failed message again. */
  retry(clientId: string): void;
  /** Deletes a failed or waiting message. */
  discard(clientId: string): void;
}

export interface FoundMessages extends Loading {
  found: FoundMessage[];
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore(): void;
}
