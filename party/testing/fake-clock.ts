/** A clock that only the test advances, with timers that fire in order as it advances. */
import type { Timers } from "../rooms/kit/jobs.ts";

export class FakeClock implements Timers {
  #ms: number;
  readonly #timers = new Set<{ at: number; work: () => void }>();

  constructor(startMs: number = Date.parse("2026-11-20T12:00:00.000Z")) {
    this.#ms = startMs;
  }

  readonly now = (): number => this.#ms;

  set(ms: number, work: () => void): () => void {
    const timer = { at: this.#ms + ms, work };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** When the next timer fires; null when none is set. */
  get nextAt(): number | null {
    return this.#timers.size === 0 ? null : Math.min(...[...this.#timers].map(({ at }) => at));
  }

  /** Advances the clock and fires each timer at its time. Waits for the promises of a timer before it fires the next one. */
  async advance(ms: number): Promise<void> {
    const end = this.#ms + ms;
    for (let next = this.nextAt; next !== null && next <= end; next = this.nextAt) {
      this.#ms = Math.max(this.#ms, next);
      for (const timer of [...this.#timers].filter(({ at }) => at <= this.#ms)) {
        this.#timers.delete(timer);
        timer.work();
      }
      await flushMicrotasks();
    }
    this.#ms = end;
    await flushMicrotasks();
  }
}

/** Runs all pending microtasks. */
async function flushMicrotasks(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
