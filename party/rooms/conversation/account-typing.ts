/**
 * Sends typing signals to the accounts of members who do not have the conversation open, for their conversation list. Kept cheap:
 * only in small conversations, and not to accounts that had no open page a moment ago.
 */
import type { Roster } from "./roster.ts";

/** No account receives typing signals from a conversation with more members. */
export const ACCOUNT_TYPING_MEMBERS_MAX = 8;
/** An account without an open page receives no typing signal for this time. */
export const ACCOUNT_TYPING_PAUSE_MS = 30_000;

export interface TypingChange {
  userId: string;
  isTyping: boolean;
}

interface Deps {
  roster: Roster;
  now(): number;
  /** True when this member has the conversation open. */
  isPresent(userId: string): boolean;
  /** Answers whether the account had an open page. */
  send(viewerId: string, change: TypingChange): Promise<boolean>;
}

export class AccountTyping {
  readonly #deps: Deps;
  readonly #pausedUntil = new Map<string, number>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** The account has an open page: it is signalled again at once. */
  resume(userId: string): void {
    this.#pausedUntil.delete(userId);
  }

  /** Never throws: a lost signal does no harm. */
  async publish(change: TypingChange): Promise<void> {
    const { roster, now, isPresent, send } = this.#deps;
    if (roster.members.size > ACCOUNT_TYPING_MEMBERS_MAX) return;
    const viewers = [...roster.members.values()].filter(
      ({ id, state, isMuted }) =>
        id !== change.userId &&
        state === "accepted" &&
        !isMuted &&
        !isPresent(id) &&
        !roster.hiddenFrom(id).has(change.userId) &&
        (this.#pausedUntil.get(id) ?? 0) <= now(),
    );
    await Promise.allSettled(
      viewers.map(async ({ id }) => {
        if (!(await send(id, change))) this.#pausedUntil.set(id, now() + ACCOUNT_TYPING_PAUSE_MS);
      }),
    );
  }
}
