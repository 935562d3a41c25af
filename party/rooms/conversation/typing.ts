/** Who is typing: in memory only, and never for long. */
import { TYPING_MS } from "../../protocol/limits.ts";

/** Who goes on typing is told of no more often than this. */
export const TYPING_TOLD_EVERY_MS = 2_000;

export class Typing {
  readonly #until = new Map<string, number>();
  readonly #toldAt = new Map<string, number>();

  /** True when others are to hear of it. */
  start(userId: string, now: number): boolean {
    const isKnown = this.#until.has(userId);
    this.#until.set(userId, now + TYPING_MS);
    if (isKnown && now - (this.#toldAt.get(userId) ?? 0) < TYPING_TOLD_EVERY_MS) return false;
    this.#toldAt.set(userId, now);
    return true;
  }

  /** False when they were not typing. */
  stop(userId: string): boolean {
    this.#toldAt.delete(userId);
    return this.#until.delete(userId);
  }

  /** Those whose last sign of life is too old; they are not typing any more. */
  expire(now: number): string[] {
    const ended = [...this.#until].flatMap(([userId, until]) => (until <= now ? userId : []));
    for (const userId of ended) this.stop(userId);
    return ended;
  }

  /** When the next one ends by itself (milliseconds since 1970); null when nobody types. */
  get nextAt(): number | null {
    return this.#until.size === 0 ? null : Math.min(...this.#until.values());
  }
}
