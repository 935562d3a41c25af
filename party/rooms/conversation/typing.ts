/** Which members are typing. Held in memory; each entry expires TYPING_MS after the member's last signal. */
import { TYPING_MS } from "../../protocol/limits.ts";

/** While a member keeps typing, the signal is repeated at most this often. */
export const TYPING_REPEAT_MS = 2_000;

export class Typing {
  readonly #expiresAt = new Map<string, number>();
  readonly #publishedAt = new Map<string, number>();

  /** True when a signal has to be published. */
  start(userId: string, now: number): boolean {
    const isKnown = this.#expiresAt.has(userId);
    this.#expiresAt.set(userId, now + TYPING_MS);
    if (isKnown && now - (this.#publishedAt.get(userId) ?? 0) < TYPING_REPEAT_MS) return false;
    this.#publishedAt.set(userId, now);
    return true;
  }

  /** False when the member was not typing. */
  stop(userId: string): boolean {
    if (!this.#expiresAt.delete(userId)) return false;
    this.#publishedAt.delete(userId);
    return true;
  }

  /** Removes expired entries; answers their members. */
  expire(now: number): string[] {
    const expired = [...this.#expiresAt].flatMap(([userId, at]) => (at <= now ? userId : []));
    for (const userId of expired) this.stop(userId);
    return expired;
  }

  /** When the next entry expires (milliseconds since 1970); null when no member is typing. */
  get nextAt(): number | null {
    return this.#expiresAt.size === 0 ? null : Math.min(...this.#expiresAt.values());
  }
}
