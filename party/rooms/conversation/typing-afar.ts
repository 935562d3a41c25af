/**
 * Tells people who have other pages open that somebody types, as lists show it. Worth little and so kept cheap: in small
 * conversations only, and to nobody whose account had no page to show it on a moment ago.
 */
import type { Roster } from "./roster.ts";

/** In a bigger conversation somebody always types. */
export const TYPING_AFAR_PEOPLE_MAX = 8;
/** An account without a page is not asked again for so long. */
export const TYPING_AFAR_DEAF_MS = 30_000;

export interface Typed {
  userId: string;
  isTyping: boolean;
}

interface Ports {
  roster: Roster;
  now(): number;
  isPresent(userId: string): boolean;
  /** Answers whether a page was there to show it. */
  tell(viewerId: string, typed: Typed): Promise<boolean>;
}

export class TypingAfar {
  readonly #ports: Ports;
  readonly #deafUntil = new Map<string, number>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Never throws: who does not hear of it has lost nothing. */
  async tell(typed: Typed): Promise<void> {
    const { roster, now, isPresent, tell } = this.#ports;
    if (roster.people.size > TYPING_AFAR_PEOPLE_MAX) return;
    const viewers = [...roster.people.values()].filter(
      ({ id, state, isMuted }) =>
        id !== typed.userId &&
        state === "accepted" &&
        !isMuted &&
        !isPresent(id) &&
        !roster.hiddenFrom(id).has(typed.userId) &&
        (this.#deafUntil.get(id) ?? 0) <= now(),
    );
    await Promise.allSettled(
      viewers.map(async ({ id }) => {
        if (!(await tell(id, typed))) this.#deafUntil.set(id, now() + TYPING_AFAR_DEAF_MS);
      }),
    );
  }
}
