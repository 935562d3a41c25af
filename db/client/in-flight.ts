/**
 * Counts work under way, up to a limit. Work that never says it is done is forgotten after its time: a Worker whose
 * caller hangs up is stopped where it stands, without its `finally`.
 */
export class ConcurrencyLimiter {
  readonly #most: number;
  readonly #forgetAfterMs: number;
  readonly #startedAt = new Map<symbol, number>();

  constructor(most: number, forgetAfterMs: number) {
    this.#most = most;
    this.#forgetAfterMs = forgetAfterMs;
  }

  /** @returns what to call when the work is done, or null when there is too much of it. */
  enter(nowMs: number): (() => void) | null {
    if (this.#startedAt.size >= this.#most) this.#forgetOld(nowMs);
    if (this.#startedAt.size >= this.#most) return null;
    const ticket = Symbol();
    this.#startedAt.set(ticket, nowMs);
    return () => void this.#startedAt.delete(ticket);
  }

  #forgetOld(nowMs: number): void {
    for (const [ticket, startedAt] of this.#startedAt) {
      if (nowMs - startedAt > this.#forgetAfterMs) this.#startedAt.delete(ticket);
    }
  }
}
