/** Who is typing: in memory only, and never for long. */
import { TYPING_MS } from "../protocol/signals.ts";

export class Typing {
  readonly #until = new Map<string, number>();

  start(userId: string, now: number): void {
    this.#until.set(userId, now + TYPING_MS);
  }

  /** False when they were not typing. */
  stop(userId: string): boolean {
    return this.#until.delete(userId);
  }

  /** Those whose last sign of life is too old; they are not typing any more. */
  expire(now: number): string[] {
    const ended = [...this.#until].flatMap(([userId, until]) => (until <= now ? userId : []));
    for (const userId of ended) this.#until.delete(userId);
    return ended;
  }

  /** When the next one ends by itself (milliseconds since 1970); null when nobody types. */
  get nextAt(): number | null {
    return this.#until.size === 0 ? null : Math.min(...this.#until.values());
  }
}
