/** Timers by name: setting a name again replaces its timer. */
export class NamedTimers {
  readonly #timers = new Map<string, NodeJS.Timeout>();

  arm(name: string, ms: number, run: () => void): void {
    this.disarm(name);
    this.#timers.set(
      name,
      setTimeout(() => {
        this.#timers.delete(name);
        run();
      }, ms),
    );
  }

  has(name: string): boolean {
    return this.#timers.has(name);
  }

  disarm(...names: string[]): void {
    for (const name of names) {
      clearTimeout(this.#timers.get(name));
      this.#timers.delete(name);
    }
  }

  disarmAll(): void {
    this.disarm(...this.#timers.keys());
  }
}
