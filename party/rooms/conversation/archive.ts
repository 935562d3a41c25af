/**
 * The archive of a conversation in Postgres. Writes behind the messages: soon after each one, and later and later while Postgres
 * does not answer. Nothing is deleted here before Postgres has it. Also loads what the room does not have.
 *
 * A message that Postgres refuses for good must not delay the others: a refused batch is halved until that message is alone. It
 * is then marked as rejected: kept in the room, logged as an error, and tried again daily, when it changes, or at the next start.
 */
import { DatabaseUnavailable } from "../../../db/client/errors.ts";
import type { Message } from "../../../db/views/conversation.view.ts";
import type { ConversationPayload, ConversationSnapshot } from "../../outbox/conversation-snapshot.ts";
import { ALARM_BACKSTOP_MS, type Job } from "../kit/job-scheduler.ts";
import type { RoomContext } from "../kit/room-context.ts";
import { SingleFlight } from "../kit/single-flight.ts";
import { DAY_MS } from "../kit/sql.ts";
import type { ArchiveStore } from "./archive-store.ts";
import type { ConversationCore } from "./conversation-core.ts";
import { fromStored, toStored } from "./stored-message.ts";

/** After the first message that Postgres lacks. */
export const ARCHIVE_AFTER_MS = 400;
/** Between two batches while messages go on coming: a call costs more than what it carries. */
export const ARCHIVE_EVERY_MS = 2_500;
/** When only pointers have moved. */
export const ARCHIVE_POINTERS_AFTER_MS = 2_000;
/** A rejected message is tried again this often. */
export const RETRY_REJECTED_MS = DAY_MS;
export const ARCHIVE_BATCH_MESSAGES = 500;
export const ARCHIVE_RETRY_MIN_MS = 1_000;
export const ARCHIVE_RETRY_MAX_MS = 10_000;
/** Messages that a room loads when it has none. */
export const TAIL_LOADED = 50;
/** After Postgres answered that a conversation does not exist, the next query waits this long. */
export const MISSING_KEPT_MS = 2_000;

type Pointers = ConversationPayload["pointers"];

export class Archive {
  readonly #core: ConversationCore;
  /** A function, because tests replace the store. */
  readonly #store: () => ArchiveStore;
  readonly #now: () => number;
  readonly #loading = new SingleFlight<boolean>();
  readonly #flushing = new SingleFlight<boolean>();
  readonly #job: Job;
  readonly #retryRejectedJob: Job;
  #missingUntil = 0;
  /** When Postgres took something last; milliseconds since 1970. */
  #flushedAt = 0;
  #failures = 0;
  #batchMessages = ARCHIVE_BATCH_MESSAGES;

  constructor(
    core: ConversationCore,
    store: () => ArchiveStore,
    { now, scheduler }: Pick<RoomContext, "now" | "scheduler">,
  ) {
    this.#core = core;
    this.#store = store;
    this.#now = now;
    this.#job = scheduler.timerJob("archive", () => this.#onDue(), { backstopMs: ALARM_BACKSTOP_MS });
    this.#retryRejectedJob = scheduler.durableJob("retry-rejected", () => this.start());
  }

  /** Schedules what Postgres lacks, with rejected messages: at the start, and daily while there are rejected ones. */
  start(): void {
    this.#core.messages.retryRejected();
    if (this.isDirty) this.schedule(true);
  }

  /** `hasMessages`: messages wait, not only pointers. */
  schedule(hasMessages: boolean): void {
    this.#job.runWithin(this.waitMs(hasMessages, Math.random()));
  }

  /** True when the room has the conversation, which is loaded if need be. @throws when Postgres does not answer */
  async load(id: string): Promise<boolean> {
    if (this.#core.roster.isKnown) return true;
    if (this.#now() < this.#missingUntil) return false;
    return await this.#loading.run(() => this.#load(id));
  }

  /**
   * Verifies a roster that a room without one has received: a row that is delivered after the deletion of its conversation must
   * not store the roster again. True when Postgres has the conversation; its messages are then loaded. @throws when Postgres
   * does not answer
   */
  async verify({ id, lastSeq }: Pick<ConversationSnapshot, "id" | "lastSeq">): Promise<boolean> {
    this.#missingUntil = 0;
    if (lastSeq > 0) return await this.load(id);
    // A query of its own: one that is under way may have begun before the conversation was created.
    return (await this.#store().load(id, 0)) !== null;
  }

  /** Loads a message that is stored in Postgres only; false when there is none. @throws when Postgres does not answer */
  async loadMessage(id: string, seq: number): Promise<boolean> {
    const message = await this.#store().messageAt(id, seq);
    if (message) this.#core.messages.keep([fromStored(id, message)]);
    return message !== null;
  }

  /** True while Postgres lacks something. */
  get isDirty(): boolean {
    const { messages, states } = this.#core;
    return messages.isDirty || states.hasUnarchived;
  }

  /**
   * How long to wait before the next flush. `hasMessages`: messages wait, not only pointers. `random`: from 0 to 1, so that rooms
   * do not all retry at the same time.
   */
  waitMs(hasMessages: boolean, random: number): number {
    if (this.#failures > 0) {
      const most = Math.min(ARCHIVE_RETRY_MAX_MS, ARCHIVE_RETRY_MIN_MS * 2 ** (this.#failures - 1));
      return Math.round(most * (0.5 + random / 2));
    }
    const leastMs = hasMessages ? ARCHIVE_AFTER_MS : ARCHIVE_POINTERS_AFTER_MS;
    const agoMs = Math.max(0, this.#now() - this.#flushedAt);
    return Math.max(leastMs, ARCHIVE_EVERY_MS - agoMs);
  }

  /** Writes everything that Postgres lacks, batch after batch. False when Postgres did not take it. Never throws. */
  flush(): Promise<boolean> {
    return this.#flushing.run(() => this.#flush());
  }

  async #onDue(): Promise<void> {
    const { messages, states } = this.#core;
    await this.flush();
    states.flush(messages.head);
    if (messages.hasRejected) this.#retryRejectedJob.runWithin(RETRY_REJECTED_MS);
    if (this.isDirty) this.schedule(true);
  }

  async #load(id: string): Promise<boolean> {
    const found = await this.#store().load(id, TAIL_LOADED);
    // A roster may have come from the outbox meanwhile.
    if (this.#core.roster.isKnown) return true;
    if (found) this.#core.start(found.snapshot, found.tail);
    else this.#missingUntil = this.#now() + MISSING_KEPT_MS;
    return found !== null;
  }

  async #flush(): Promise<boolean> {
    const { roster, messages, states } = this.#core;
    if (!roster.isKnown) return true;
    try {
      for (;;) {
        const limit = this.#batchMessages;
        const batch = messages.unarchived(limit);
        const pointers = states.unarchived();
        if (batch.length === 0 && pointers.length === 0) break;
        await this.#write(batch, pointers);
        this.#failures = 0;
        this.#flushedAt = this.#now();
        this.#batchMessages = Math.min(ARCHIVE_BATCH_MESSAGES, limit * 2);
        if (batch.length < limit) break;
      }
      this.#failures = 0;
      return true;
    } catch (error) {
      this.#failures += 1;
      // The batch may have been too large to arrive in time.
      if (this.#failures > 1) this.#batchMessages = Math.max(1, this.#batchMessages >> 1);
      console.warn(JSON.stringify({ room: "ConversationRoom", where: "archive", error: String(error) }));
      return false;
    }
  }

  /** @throws when Postgres takes nothing at all, so that the batch is not the cause */
  async #write(batch: readonly Message[], pointers: Pointers): Promise<void> {
    const { roster, messages, states } = this.#core;
    try {
      await this.#store().store(roster.view.id, { messages: batch.map(toStored), pointers });
    } catch (error) {
      if (error instanceof DatabaseUnavailable) throw error;
      if (batch.length > 0 && pointers.length > 0) {
        await this.#write(batch, []);
        await this.#write([], pointers);
      } else if (batch.length + pointers.length > 1) {
        for (const half of halves(batch)) await this.#write(half, []);
        for (const half of halves(pointers)) await this.#write([], half);
      } else {
        await this.#store().store(roster.view.id, { messages: [], pointers: [] });
        this.#reject(batch, pointers, error);
      }
      return;
    }
    messages.markArchived(batch);
    states.markArchived(pointers);
  }

  #reject(batch: readonly Message[], pointers: Pointers, error: unknown): void {
    const { roster, messages, states } = this.#core;
    console.error(
      JSON.stringify({
        room: "ConversationRoom",
        where: "rejected",
        conversationId: roster.view.id,
        seqs: batch.map(({ seq }) => seq),
        pointersOf: pointers.map(({ userId }) => userId),
        error: String(error),
      }),
    );
    for (const message of batch) messages.markRejected(message);
    // The pointers are written again when they move next.
    states.markArchived(pointers);
  }
}

function halves<T>(items: readonly T[]): T[][] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)].filter((half) => half.length > 0);
}
