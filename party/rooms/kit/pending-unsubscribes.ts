/**
 * Closed sockets that are still subscribed at their account's room. After a network failure or a deployment all accounts reconnect
 * at once, so the next subscribe of an account also unsubscribes its closed sockets: one RPC and one write. Sockets of accounts
 * that do not reconnect are unsubscribed later. If the process stops before that, the account's room removes their rows when it
 * next verifies its subscriptions.
 */
import type { JobScheduler } from "./job-scheduler.ts";
import type { Job } from "./jobs.ts";

/** From the last close or reconnect to the unsubscribe. The room stays in memory for as long anyway. */
export const UNSUBSCRIBE_AFTER_MS = 10_000;
/** From the first close to the unsubscribe at the latest, even while accounts reconnect. */
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

  /** Removes and returns the account's closed sockets. The caller has to unsubscribe them. */
  take(userId: string): string[] {
    const own = this.#closed.get(userId) ?? [];
    if (own.length > 0) this.#lastReconnectAt = this.#deps.now();
    this.#closed.delete(userId);
    return own;
  }

  /** Unsubscribes all closed sockets. Never throws: after an error they stay pending. */
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
