/** Messages of one's own that the server does not have yet, and what keeping them needs from the world. */
import type { MessageAck } from "../../../realtime/views.ts";
import type { PendingState } from "../data/chat.types.ts";

export interface OutboxEntry {
  /** Made once per message: whoever sends it again, it is the same message. */
  clientId: string;
  conversationId: string;
  /** Who wrote it. Nobody else ever sends it. */
  accountId: string;
  body: string;
  replyTo: number | null;
  /** Milliseconds since 1970; grows within a tab, and says what goes first. */
  createdAt: number;
  state: PendingState;
  /** Why it failed: the API's code. */
  code: string | null;
}

/** Where entries survive the tab. All of it may reject; nothing is ever half done. */
export interface OutboxStore {
  /** An account's entries, in no order. */
  all(accountId: string): Promise<OutboxEntry[]>;
  put(entry: OutboxEntry): Promise<void>;
  /** Changes an entry that is still there; one that is gone stays gone. */
  change(clientId: string, change: Partial<OutboxEntry>): Promise<void>;
  remove(clientIds: readonly string[]): Promise<void>;
  clear(accountId: string): Promise<void>;
}

export interface OutboxDeps {
  accountId: string;
  store: OutboxStore;
  /** Runs alone among all tabs under this name: waits until nobody else runs. A tab that dies lets go. */
  exclusive(name: string, run: () => Promise<void>): Promise<void>;
  /** Gives one message to the server, by whichever way works. Rejects with ApiError. */
  send(entry: OutboxEntry): Promise<MessageAck>;
  /** True while this browser's session is the account's. */
  isOwnSession(): boolean;
  isOnline(): boolean;
  now(): number;
  random(): number;
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
  /** Tells the other tabs that the store has changed. */
  tellTabs(): void;
  /** The server has it. */
  onAcked(entry: OutboxEntry, ack: MessageAck): void;
  /** What is kept has changed: this many wait, of the account. */
  onCount(count: number): void;
}
