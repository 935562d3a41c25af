/**
 * Counts operations in progress and refuses more than a limit. An operation that never ends is dropped from
 * the count after its timeout: when a caller disconnects, the Workers runtime stops its request without
 * running `finally`.
 */
export class ConcurrencyLimiter {
  readonly #limit: number;
  readonly #timeoutMs: number;
  readonly #startedAt = new Map<symbol, number>();

  constructor(limit: number, timeoutMs: number) {
    this.#limit = limit;
    this.#timeoutMs = timeoutMs;
  }

  /** @returns the function to call when the operation has ended, or null when the limit is reached. */
  enter(nowMs: number): (() => void) | null {
    if (this.#startedAt.size >= this.#limit) this.#dropTimedOut(nowMs);
    if (this.#startedAt.size >= this.#limit) return null;
    const operation = Symbol();
    this.#startedAt.set(operation, nowMs);
    return () => void this.#startedAt.delete(operation);
  }

  #dropTimedOut(nowMs: number): void {
    for (const [operation, startedAt] of this.#startedAt) {
      if (nowMs - startedAt > this.#timeoutMs) this.#startedAt.delete(operation);
    }
  }
}
