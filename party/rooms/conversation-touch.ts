/**
 * Who is to hear by their account's room that something happened, and when. What is owed is `rev > toldRev` in Numbers,
 * which outlives the process; the times here do not, and need not.
 */
import type { Chat } from "../outbox/conversation-snapshot.ts";
import type { Conversation } from "./conversation-core.ts";
import { numbersFor } from "./conversation-views.ts";
import type { Deps } from "./storage.ts";

/** For people without a socket here. */
export const TOUCH_AFTER_MS = 50;
/**
 * For people who see it happen, and whose other pages show the number only: half as long to half as long again, for in a
 * busy conversation that is one call per person and so long, and they need not all come at once.
 */
export const TOUCH_PRESENT_AFTER_MS = 4_000;
/** Of one's own reading, one's other devices hear soon. */
export const TOUCH_READER_AFTER_MS = 200;
/** Accounts told at a time by one room. */
const TOLD_AT_ONCE = 8;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 10_000;

/** What a conversation's room tells an account's room. */
export type Touch = { kind: "chat"; chat: Chat } | { kind: "left"; id: string; rev: number };

export class Touches {
  readonly #conversation: Conversation;
  readonly #deps: Deps;
  readonly #due = new Map<string, number>();
  readonly #tries = new Map<string, number>();

  constructor(conversation: Conversation, deps: Deps) {
    this.#conversation = conversation;
    this.#deps = deps;
    // What an earlier life owed is due now.
    for (const userId of conversation.numbers.owed()) this.#due.set(userId, 0);
  }

  /** Somebody has to hear, this long from now at the latest. */
  owe(userId: string, afterMs: number): void {
    const now = this.#deps.now();
    this.#conversation.numbers.owe(userId, now);
    const due = this.#due.get(userId);
    if (due === undefined || due > now + afterMs) this.#due.set(userId, now + afterMs);
  }

  /** When the next one is due (milliseconds since 1970); null when nobody waits. */
  get nextAt(): number | null {
    let next: number | null = null;
    for (const at of this.#due.values()) if (next === null || at < next) next = at;
    return next;
  }

  /** Tells everybody who is due, some at a time. Those who could not be told are due again later. Never throws. */
  async tell(call: (userId: string, touch: Touch) => Promise<void>): Promise<void> {
    const now = this.#deps.now();
    const due = [...this.#due].flatMap(([userId, at]) => (at <= now ? userId : []));
    for (const userId of due) this.#due.delete(userId);
    const left = due.values();
    const one = async () => {
      for (const userId of left) await this.#tellOne(userId, call);
    };
    await Promise.all(Array.from({ length: TOLD_AT_ONCE }, one));
  }

  async #tellOne(userId: string, call: (userId: string, touch: Touch) => Promise<void>): Promise<void> {
    const { numbers } = this.#conversation;
    const person = numbers.get(userId);
    if (!person || person.toldRev >= person.rev) return;
    const { rev } = person;
    try {
      const touch = this.touchOf(userId);
      if (touch) await call(userId, touch);
      numbers.told(userId, rev);
      this.#tries.delete(userId);
    } catch {
      const tries = (this.#tries.get(userId) ?? 0) + 1;
      this.#tries.set(userId, tries);
      const wait = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (tries - 1));
      const at = this.#deps.now() + wait;
      this.#due.set(userId, Math.min(this.#due.get(userId) ?? at, at));
    }
  }

  /** What a person's account is told now; null when there is nothing to show them yet. */
  touchOf(userId: string): Touch | null {
    const { roster, numbers, last } = this.#conversation;
    const known = numbers.get(userId);
    if (!known) return null;
    const person = roster.people.get(userId);
    if (!person) return { kind: "left", id: roster.view.id, rev: known.rev };
    if (person.state === "requested" && !last) return null;
    const { state, isMuted } = person;
    const chat = { ...numbersFor(roster, person, known, last), state, isMuted, version: roster.view.version };
    return { kind: "chat", chat };
  }
}
