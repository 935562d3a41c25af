/**
 * From the room into Postgres, behind the messages: soon when it goes, later and later when it does not. Nothing is
 * forgotten before Postgres has it, and nothing here throws.
 */
import type { Database } from "../../db/client.ts";
import { readMessageAt, readSnapshot, readTail } from "../../db/reads/conversations.reads.ts";
import { storeConversation } from "../../db/writes/conversations.writes.ts";
import type {
  ConversationPayload,
  ConversationSnapshot,
  StoredMessage,
} from "../outbox/conversation-snapshot.ts";
import type { Conversation } from "./conversation-core.ts";
import { toStored } from "./conversation-messages.ts";

/** After the first message that waits. */
export const DRAIN_AFTER_MS = 400;
/** When only pointers wait. */
export const DRAIN_POINTERS_AFTER_MS = 2_000;
export const DRAIN_BATCH_MESSAGES = 500;
export const DRAIN_RETRY_MIN_MS = 1_000;
export const DRAIN_RETRY_MAX_MS = 10_000;

/** What a conversation's room asks of Postgres. */
export interface ConversationStore {
  /** The roster and the newest messages, newest first; null when there is no such conversation. */
  load(id: string, limit: number): Promise<{ snapshot: ConversationSnapshot; tail: StoredMessage[] } | null>;
  messageAt(id: string, seq: number): Promise<StoredMessage | null>;
  /** Safe to repeat. */
  store(id: string, payload: ConversationPayload): Promise<void>;
}

export function conversationStore(db: Pick<Database, "asService">): ConversationStore {
  return {
    async load(id, limit) {
      const [[row], tail] = await db.asService([readSnapshot(id), readTail(id, limit)]);
      return row?.snapshot ? { snapshot: row.snapshot, tail: tail.map(({ message }) => message) } : null;
    },
    async messageAt(id, seq) {
      const [[row]] = await db.asService([readMessageAt(id, seq)]);
      return row?.message ?? null;
    },
    async store(id, payload) {
      await db.asService([storeConversation(id, payload)]);
    },
  };
}

export class Drain {
  readonly #conversation: Conversation;
  readonly #store: () => ConversationStore;
  #running: Promise<boolean> | null = null;
  #failures = 0;

  constructor(conversation: Conversation, store: () => ConversationStore) {
    this.#conversation = conversation;
    this.#store = store;
  }

  get isDirty(): boolean {
    const { messages, numbers } = this.#conversation;
    return messages.hasChanges || numbers.hasUnstored;
  }

  /**
   * How long to wait before the next run. `isUrgent`: words wait, not only pointers. `random`: from 0 to 1, so that rooms do
   * not all come back at once.
   */
  waitMs(isUrgent: boolean, random: number): number {
    if (this.#failures > 0) {
      const most = Math.min(DRAIN_RETRY_MAX_MS, DRAIN_RETRY_MIN_MS * 2 ** (this.#failures - 1));
      return Math.round(most * (0.5 + random / 2));
    }
    return isUrgent ? DRAIN_AFTER_MS : DRAIN_POINTERS_AFTER_MS;
  }

  /** Hands over everything that waits, batch after batch. False when Postgres did not take it. Never throws. */
  run(): Promise<boolean> {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #run(): Promise<boolean> {
    const { roster, messages, numbers } = this.#conversation;
    if (!roster.isKnown) return true;
    try {
      for (;;) {
        const batch = messages.waiting(DRAIN_BATCH_MESSAGES);
        const pointers = numbers.unstored();
        if (batch.length === 0 && pointers.length === 0) break;
        await this.#store().store(roster.view.id, { messages: batch.map(toStored), pointers });
        messages.markStored(batch);
        numbers.markStored(pointers);
        if (batch.length < DRAIN_BATCH_MESSAGES) break;
      }
      this.#failures = 0;
      return true;
    } catch (error) {
      this.#failures += 1;
      console.warn(JSON.stringify({ room: "ConversationRoom", where: "drain", error: String(error) }));
      return false;
    }
  }
}
