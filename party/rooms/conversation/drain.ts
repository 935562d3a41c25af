/**
 * From the room into Postgres, behind the messages: soon when it goes, later and later when it does not. Nothing is
 * forgotten before Postgres has it, and nothing here throws.
 *
 * What Postgres refuses for good must not hold up the rest: a refused batch is halved until the refused one is alone. It is
 * parked (R8): kept here, logged as an error, tried again when it changes or the room starts anew.
 */
import type { Database } from "../../../db/client/client.ts";
import { DatabaseUnavailable } from "../../../db/client/errors.ts";
import {
  selectConversationSnapshot,
  selectMessageBySeq,
  selectNewestMessages,
} from "../../../db/reads/conversations.reads.ts";
import type { Message } from "../../../db/views/conversation.view.ts";
import { storeConversation } from "../../../db/writes/conversations.writes.ts";
import type {
  ConversationPayload,
  ConversationSnapshot,
  StoredMessage,
} from "../../outbox/conversation-snapshot.ts";
import type { Conversation } from "./conversation-core.ts";
import { toStored } from "./messages.ts";

/** After the first message that waits. */
export const DRAIN_AFTER_MS = 400;
/** Where people go on talking, after this long once more: what a call carries costs less than the call. */
export const DRAIN_EVERY_MS = 2_500;
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
      const [[row], tail] = await db.asService([
        selectConversationSnapshot(id),
        selectNewestMessages(id, limit),
      ]);
      return row?.snapshot ? { snapshot: row.snapshot, tail: tail.map(({ message }) => message) } : null;
    },
    async messageAt(id, seq) {
      const [[row]] = await db.asService([selectMessageBySeq(id, seq)]);
      return row?.message ?? null;
    },
    async store(id, payload) {
      await db.asService([storeConversation(id, payload)]);
    },
  };
}

type Pointers = ConversationPayload["pointers"];

export class Drain {
  readonly #conversation: Conversation;
  readonly #store: () => ConversationStore;
  #running: Promise<boolean> | null = null;
  readonly #now: () => number;
  /** When Postgres took something last; milliseconds since 1970. */
  #ranAt = 0;
  #failures = 0;
  #batchMessages = DRAIN_BATCH_MESSAGES;

  constructor(conversation: Conversation, store: () => ConversationStore, now: () => number) {
    this.#conversation = conversation;
    this.#store = store;
    this.#now = now;
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
    const leastMs = isUrgent ? DRAIN_AFTER_MS : DRAIN_POINTERS_AFTER_MS;
    const agoMs = Math.max(0, this.#now() - this.#ranAt);
    return Math.max(leastMs, DRAIN_EVERY_MS - agoMs);
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
        const limit = this.#batchMessages;
        const batch = messages.waiting(limit);
        const pointers = numbers.unstored();
        if (batch.length === 0 && pointers.length === 0) break;
        await this.#handOver(batch, pointers);
        this.#failures = 0;
        this.#ranAt = this.#now();
        this.#batchMessages = Math.min(DRAIN_BATCH_MESSAGES, limit * 2);
        if (batch.length < limit) break;
      }
      this.#failures = 0;
      return true;
    } catch (error) {
      this.#failures += 1;
      // Perhaps it is the batch's weight that keeps it from arriving.
      if (this.#failures > 1) this.#batchMessages = Math.max(1, this.#batchMessages >> 1);
      console.warn(JSON.stringify({ room: "ConversationRoom", where: "drain", error: String(error) }));
      return false;
    }
  }

  /** @throws when Postgres takes nothing: then it is not what is handed over that is to blame */
  async #handOver(batch: readonly Message[], pointers: Pointers): Promise<void> {
    const { roster, messages, numbers } = this.#conversation;
    try {
      await this.#store().store(roster.view.id, { messages: batch.map(toStored), pointers });
    } catch (error) {
      if (error instanceof DatabaseUnavailable) throw error;
      if (batch.length > 0 && pointers.length > 0) {
        await this.#handOver(batch, []);
        await this.#handOver([], pointers);
      } else if (batch.length + pointers.length > 1) {
        for (const half of halves(batch)) await this.#handOver(half, []);
        for (const half of halves(pointers)) await this.#handOver([], half);
      } else {
        await this.#store().store(roster.view.id, { messages: [], pointers: [] });
        this.#park(batch, pointers, error);
      }
      return;
    }
    messages.markStored(batch);
    numbers.markStored(pointers);
  }

  #park(batch: readonly Message[], pointers: Pointers, error: unknown): void {
    const { roster, messages, numbers } = this.#conversation;
    const what = { conversationId: roster.view.id, seqs: batch.map(({ seq }) => seq) };
    const whose = pointers.map(({ userId }) => userId);
    const parked = { room: "ConversationRoom", where: "parked", ...what, pointersOf: whose };
    console.error(JSON.stringify({ ...parked, error: String(error) }));
    messages.markStored(batch);
    for (const message of batch) messages.parked.add(message);
    // Where somebody stands is told again with their next step.
    numbers.markStored(pointers);
  }
}

function halves<T>(items: readonly T[]): T[][] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)].filter((half) => half.length > 0);
}
