/** Shares one run among all callers that come while it is under way. */
export class SingleFlight<T> {
  #running: Promise<T> | null = null;

  /** The result of the run that is under way, or of `work` when none is. */
  run(work: () => Promise<T>): Promise<T> {
    this.#running ??= work().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }
}
