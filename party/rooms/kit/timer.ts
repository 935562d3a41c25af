/** One thing to be done later, at the earliest time that anybody asked for. It dies with the process; alarms do not. */
export class Timer {
  readonly #run: () => unknown;
  readonly #now: () => number;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #at = 0;

  constructor(run: () => unknown, now: () => number) {
    this.#run = run;
    this.#now = now;
  }

  /** Runs at `at` (milliseconds since 1970) or before; nothing is done when it is set for earlier already. */
  by(at: number | null): void {
    if (at === null || (this.#timer !== null && this.#at <= at)) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#at = at;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#run();
      },
      Math.max(0, at - this.#now()),
    );
  }

  /** Runs within this many milliseconds. */
  within(ms: number): void {
    if (this.#timer === null || this.#at > this.#now() + ms) this.by(this.#now() + ms);
  }
}
