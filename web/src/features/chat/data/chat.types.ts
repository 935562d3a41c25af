/** What the screens of chat are given. */
import type { Conversation, FoundMessage, Message } from "../../../realtime/views.ts";

/** How a message of one's own that the server does not have yet is doing. */
export type PendingState =
  /** On its way. */
  | "sending"
  /** Could not go out now (no network, the server away): goes by itself as soon as it can. */
  | "waiting"
  /** Refused: retry or discard. */
  | "failed";

/** A row of a conversation: the server's message, or one's own that it does not have yet. */
export interface ShownMessage extends Message {
  /** The same before and after the server has it: what a list's rows are told apart by. */
  key: string;
  /** Null once the server has it. Until then `seq` is 0 and `id` is the client id. */
  local: { state: PendingState /** Why it failed: the API's code. */; code: string | null } | null;
}

/** What every list that loads by pages answers. */
interface Loading {
  /** Nothing is there yet and it is being read. */
  isPending: boolean;
  error: Error | null;
  refetch(): void;
}

export interface ConversationList extends Loading {
  /** The one with the newest message first. */
  conversations: Conversation[];
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore(): void;
}

export interface ConversationState extends Loading {
  /** Null until it was read. NOT_FOUND in `error`: not (or no longer) in it. */
  conversation: Conversation | null;
}

export interface MessageList extends Loading {
  /** Oldest first, one's own pending ones last. */
  messages: ShownMessage[];
  /** The message that stands at this place, when it is loaded or was quoted; for `replyTo`. */
  messageAt(seq: number): Message | null;
  hasOlder: boolean;
  isLoadingOlder: boolean;
  olderError: Error | null;
  loadOlder(): void;
  /** Loads older messages until the one at this place is there (for a found or quoted one). False when it is not to be had. */
  reach(seq: number): Promise<boolean>;
}

export interface MessageSending {
  /** Shows the message now and sends it as soon as that works. Answers its client id. */
  send(body: string, replyTo?: number | null): string;
  /** Sends a failed one again. */
  retry(clientId: string): void;
  /** Forgets a failed or waiting one. */
  discard(clientId: string): void;
}

export interface Typing {
  /** The ids of others who type now. */
  typingPeople: readonly string[];
  /** Call with every change of the composer's words. */
  noteTyping(): void;
  /** Call when the composer was emptied; sending does it by itself. */
  stopTyping(): void;
}

export interface FoundMessages extends Loading {
  found: FoundMessage[];
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore(): void;
}
