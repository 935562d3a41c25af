/**
 * Sockets that have closed and are still subscribed at their account's room. After a network failure or a deployment everybody
 * reconnects at once, so the unsubscribe travels with the next subscribe: one RPC and one write for both. Whoever stays away is
 * unsubscribed later. If the process stops before, the account's room removes the row when it next verifies its subscriptions.
 */
import type { Job, JobScheduler } from "./job-scheduler.ts";

/** The room stays awake for as long anyway. While accounts reconnect: this long after the last one did. */
export const UNSUBSCRIBE_AFTER_MS = 10_000;
/** But never later than this after the first socket closed. */
export const UNSUBSCRIBE_WITHIN_MS = 60_000;

interface Deps {
  now(): number;
  scheduler: Pick<JobScheduler, "timerJob">;
  /** Unsubscribes these sockets at the account's room. */
  unsubscribe(userId: string, connectionIds: string[]): Promise<unknown>;
}

export class PendingUnsubscribes {
  readonly #deps: Deps;
  /** Connection ids by account. */
  readonly #closed = new Map<string, string[]>();
  readonly #job: Job;
  #firstClosedAt = 0;
  #lastReconnectAt = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#job = deps.scheduler.timerJob("unsubscribe", () => this.#onDue());
  }

  add(userId: string, connectionId: string): void {
    if (this.#closed.size === 0) this.#firstClosedAt = this.#deps.now();
    const own = this.#closed.get(userId) ?? [];
    own.push(connectionId);
    this.#closed.set(userId, own);
    this.#job.runWithin(UNSUBSCRIBE_AFTER_MS);
  }

  /** The sockets to unsubscribe together with this account's next subscribe; the caller does it. */
  take(userId: string): string[] {
    const own = this.#closed.get(userId) ?? [];
    if (own.length > 0) this.#lastReconnectAt = this.#deps.now();
    this.#closed.delete(userId);
    return own;
  }

  /** Unsubscribes all of them now. Never throws: those that failed stay pending. */
  async flush(): Promise<void> {
    const all = [...this.#closed];
    this.#closed.clear();
    await Promise.all(
      all.map(async ([userId, ids]) => {
        try {
          await this.#deps.unsubscribe(userId, ids);
        } catch {
          for (const id of ids) this.add(userId, id);
        }
      }),
    );
  }

  async #onDue(): Promise<void> {
    const at = Math.min(
      this.#lastReconnectAt + UNSUBSCRIBE_AFTER_MS,
      this.#firstClosedAt + UNSUBSCRIBE_WITHIN_MS,
    );
    if (this.#closed.size > 0 && at > this.#deps.now()) this.#job.runBy(at);
    else await this.flush();
  }
}
