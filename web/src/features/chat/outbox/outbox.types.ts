/** Own messages that the server has not acknowledged, and the dependencies of the outbox. */
import type { MessageAck } from "../../../realtime/views.ts";
import type { PendingState } from "../data/chat.types.ts";

export interface OutboxEntry {
  /** Generated once per message. Every retry uses the same id. */
  clientId: string;
  conversationId: string;
  /** The sender. An entry is sent only while this account is signed in. */
  accountId: string;
  body: string;
  replyTo: number | null;
  /** Milliseconds since 1970, strictly increasing within a tab: the order of sending. */
  createdAt: number;
  state: PendingState;
  /** The API's error code of a refused entry; otherwise null. */
  code: string | null;
}

/** Durable storage of entries. Every method may reject; each is atomic. */
export interface OutboxStore {
  /** An account's entries, in no particular order. */
  all(accountId: string): Promise<OutboxEntry[]>;
  put(entry: OutboxEntry): Promise<void>;
  /** Changes a stored entry; does nothing when it has been removed. */
  change(clientId: string, change: Partial<OutboxEntry>): Promise<void>;
  remove(clientIds: readonly string[]): Promise<void>;
  clear(accountId: string): Promise<void>;
}

export interface OutboxDeps {
  accountId: string;
  store: OutboxStore;
  /**
   * Runs the function while holding the lock of this name, shared by all tabs. A tab that closes releases
   * it.
   */
  exclusive(name: string, run: () => Promise<void>): Promise<void>;
  /** Sends one message to the server, by socket or HTTP. Rejects with ApiError. */
  send(entry: OutboxEntry): Promise<MessageAck>;
  /** True while this browser is signed in with this account. */
  isOwnSession(): boolean;
  isOnline(): boolean;
  now(): number;
  random(): number;
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
  /** Notifies the other tabs that the store has changed. */
  notifyTabs(): void;
  /** Called when the server has stored the message. */
  onAcked(entry: OutboxEntry, ack: MessageAck): void;
  /** Called with the number of the account's entries when it changes. */
  onCount(count: number): void;
}
