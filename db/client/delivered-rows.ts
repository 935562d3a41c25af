import { DELIVERED_IDS_MAX, DELIVERED_IDS_PER_WRITE_MAX } from "./limits.ts";

/**
 * Ids of outbox rows that their rooms have acknowledged and that are not deleted from Postgres yet. The next
 * write deletes them in its own transaction (app.delete_delivered_outbox). Rows that no write deletes,
 * because traffic stops or the isolate ends, come due again: the drainer delivers them once more, the rooms
 * ignore the duplicate, and the drainer deletes them.
 */
export class DeliveredRows {
  readonly #ids: string[] = [];

  add(ids: readonly string[]): void {
    this.#ids.push(...ids);
    // Dropping an id here is safe: the drainer finds its row.
    if (this.#ids.length > DELIVERED_IDS_MAX) this.#ids.splice(0, this.#ids.length - DELIVERED_IDS_MAX);
  }

  /** Removes and returns the oldest ids, for one statement. Add them again when the statement fails. */
  take(): string[] {
    return this.#ids.splice(0, DELIVERED_IDS_PER_WRITE_MAX);
  }
}
