/**
 * Ids of outbox rows that their rooms have written down and that still stand in Postgres. The next write takes them along
 * (app.forget_outbox); what no write takes, because it gets quiet or the process ends, comes due and is told a second time
 * to rooms that know it already, and goes then.
 */
export class DeliveredRows {
  readonly #ids: string[] = [];

  add(ids: readonly string[]): void {
    this.#ids.push(...ids);
    // Nothing is lost by forgetting an id here: the drainer finds its row.
    if (this.#ids.length > DELIVERED_MOST) this.#ids.splice(0, this.#ids.length - DELIVERED_MOST);
  }

  /** The oldest ids, for one statement; hand them back when it fails. */
  take(): string[] {
    return this.#ids.splice(0, TAKEN_MOST);
  }
}

const DELIVERED_MOST = 5_000;
const TAKEN_MOST = 200;
