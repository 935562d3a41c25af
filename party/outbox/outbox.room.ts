/**
 * OutboxRoom, one shard, no sockets: delivers the rows that a crash or a failed call has left in the outbox. It drains after a
 * failed delivery (`scheduleDrain`), by its own job while rows are left, and every minute by a cron.
 */
import { BaseRoom } from "../rooms/kit/base-room.ts";
import type { DrainResult, OutboxRoomRpc } from "../rpc.ts";
import { deliver } from "./deliver.ts";
import { drain } from "./drain.ts";
import { type OutboxStore, outboxStore } from "./store.ts";

/** From a failed delivery to the drain: long enough for the failing Worker to finish, short enough for promise R7. */
export const DRAIN_DELAY_MS = 1_000;
/** Between two drains while rows are left. Postgres stores the backoff of each row. */
export const DRAIN_INTERVAL_MS = 5_000;
/** Between two drains while Postgres does not answer. */
export const DATABASE_RETRY_MS = 10_000;

export class OutboxRoom extends BaseRoom implements OutboxRoomRpc {
  /** Access to the outbox table. Tests replace it. */
  store: OutboxStore = outboxStore({
    asService: (statements) => this.context.database.asService(statements),
  });
  readonly #drainJob = this.context.scheduler.durableJob("drain", () => this.drain(), {
    retryMs: DATABASE_RETRY_MS,
  });
  #currentRun: Promise<DrainResult> | null = null;
  #nextRun: Promise<DrainResult> | null = null;

  /** Calls during a run share one next run, so that every call delivers the rows that existed before it. */
  async drain(): Promise<DrainResult> {
    await this.started();
    if (this.#currentRun) {
      this.#nextRun ??= this.#currentRun.then(
        () => this.#start(),
        () => this.#start(),
      );
      return await this.#nextRun;
    }
    return await this.#start();
  }

  async scheduleDrain(): Promise<void> {
    await this.started();
    this.#drainJob.runWithin(DRAIN_DELAY_MS);
  }

  #start(): Promise<DrainResult> {
    this.#nextRun = null;
    const run = this.#run().finally(() => {
      this.#currentRun = null;
    });
    this.#currentRun = run;
    return run;
  }

  async #run(): Promise<DrainResult> {
    let nextDrainMs: number | null = DATABASE_RETRY_MS;
    try {
      const result = await drain(this.store, (rows) => deliver(this.env, rows));
      nextDrainMs = result.waiting > 0 ? DRAIN_INTERVAL_MS : null;
      return result;
    } finally {
      if (nextDrainMs !== null) this.#drainJob.runWithin(nextDrainMs);
    }
  }
}
