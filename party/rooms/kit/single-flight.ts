/** Callers during a run share it and its result. */
export class SingleFlight<T> {
  #running: Promise<T> | null = null;

  /** Returns the result of the current run. Starts `work` when there is none. */
  run(work: () => Promise<T>): Promise<T> {
    this.#running ??= work().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }
}
