/**
 * OutboxRoom, one shard, no sockets: redelivers what a crash or a failed call left in the outbox. Woken by a failed
 * delivery (`scheduleDrain`), by its own alarm while rows wait, and by the cron each minute.
 */
import { Server } from "partyserver";
import { createDatabase } from "../../db/client/client.ts";
import type { DrainResult, OutboxRoomRpc } from "../rpc.ts";
import { deliver } from "./deliver.ts";
import { drain } from "./drain.ts";
import { type OutboxStore, outboxStore } from "./store.ts";

/** After a scheduleDrain: long enough for the Worker that failed to be done, short enough for R7. */
export const NUDGE_MS = 1_000;
/** Between two looks while rows wait: rows carry their own backoff, this only asks. */
export const LOOK_EVERY_MS = 5_000;
/** Between two looks while Postgres does not answer. */
export const DATABASE_AWAY_MS = 10_000;

export class OutboxRoom extends Server implements OutboxRoomRpc {
  /** Where the rows are; a test puts its own. */
  store: OutboxStore = outboxStore(
    createDatabase({
      // Only asService is used here; plaza_app's connection never reaches this room.
      url: this.env.DATABASE_SERVICE_URL,
      serviceUrl: this.env.DATABASE_SERVICE_URL,
      endpoint: this.env.NEON_ENDPOINT,
    }),
  );
  #running: Promise<DrainResult> | null = null;
  #following: Promise<DrainResult> | null = null;

  override onRequest(): Response {
    return new Response(null, { status: 404 });
  }

  /**
   * Delivers every due row now. Calls during a run share the one that follows it, so that each call sees the rows that
   * were there when it was made. Throws when Postgres does not answer.
   */
  async drain(): Promise<DrainResult> {
    if (this.#running) {
      this.#following ??= this.#running.then(
        () => this.#start(),
        () => this.#start(),
      );
      return await this.#following;
    }
    return await this.#start();
  }

  /** "Something failed": look soon. */
  async scheduleDrain(): Promise<void> {
    await this.#lookIn(NUDGE_MS);
  }

  override async onAlarm(): Promise<void> {
    try {
      await this.drain();
    } catch (error) {
      // An alarm that throws is tried six times and then never again; drain() has set the next one.
      console.error(JSON.stringify({ room: "OutboxRoom", where: "onAlarm", error: String(error) }));
    }
  }

  #start(): Promise<DrainResult> {
    this.#following = null;
    const run = this.#run().finally(() => {
      this.#running = null;
    });
    this.#running = run;
    return run;
  }

  async #run(): Promise<DrainResult> {
    let nextLookMs: number | null = DATABASE_AWAY_MS;
    try {
      const drained = await drain(this.store, (rows) => deliver(this.env, rows));
      nextLookMs = drained.waiting > 0 ? LOOK_EVERY_MS : null;
      return drained;
    } finally {
      if (nextLookMs !== null) await this.#lookIn(nextLookMs);
    }
  }

  /** Sets the alarm, unless it comes earlier anyway. */
  async #lookIn(ms: number): Promise<void> {
    const at = Date.now() + ms;
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > at) await this.ctx.storage.setAlarm(at);
  }
}
