/**
 * Who is to hear by their account's room that something happened, and when. What is owed is `rev > toldRev` in Numbers,
 * which outlives the process; the times here do not, and need not.
 */
import type { MemberStateUpdate } from "../../rpc.ts";
import type { Deps } from "../kit/sql.ts";
import type { Conversation } from "./conversation-core.ts";
import { numbersFor } from "./views.ts";

/** After the first word that somebody elsewhere has not read. */
export const TOUCH_AFTER_MS = 50;
/** Somebody elsewhere is told no more often than this, however busy the conversation. */
export const TOUCH_EVERY_MS = 1_000;
/** The same for an account that had no device to hear the last time: it finds the numbers when it comes. */
export const TOUCH_UNHEARD_EVERY_MS = 5_000;
/** For somebody who has the conversation open and whose badge was empty: time enough to read it. */
export const TOUCH_PRESENT_AFTER_MS = 1_000;
/** Whose badge goes on growing although the conversation is open, is told less and less often. */
export const TOUCH_PRESENT_EVERY_MS = 4_000;
const TOUCH_PRESENT_EVERY_MAX_MS = 16_000;
/**
 * Who has no other page than those that see it happen counts by themselves: their account hears for the record, as rarely
 * as this, for waking its room costs more than everything else about a message.
 */
export const TOUCH_ALONE_EVERY_MS = 600_000;
/** None of these waits outlasts a silence of once to twice this: a room that has nothing to do may sleep. */
export const TOUCH_SILENT_AFTER_MS = 3_500;
/** Of one's own reading, one's other devices hear soon. */
export const TOUCH_READER_AFTER_MS = 200;
/** Whose badge is what they were told: other pages of theirs show the last words, and these may wait. */
export const TOUCH_WORDS_AFTER_MS = 12_000;
/** Accounts told at a time by one room. */
const TOLD_AT_ONCE = 8;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 10_000;

/** How many pages of an account were there to hear what it was told. */
export type TouchAnswer = { pages: number };
export type TellAccount = (userId: string, touch: MemberStateUpdate) => Promise<TouchAnswer>;

interface Waiting {
  /** Milliseconds since 1970. */
  since: number;
  /** When it was owed last. */
  lastAt: number;
  at: number;
  /** From half as long to half as long again: rooms and people need not all come at once. */
  jitter: number;
  /** The roster changed, or words: not only one more message. */
  isUrgent: boolean;
}

/** What an account was told last; forgotten with the process. */
interface Told extends TouchAnswer {
  at: number;
  unread: number;
  /** How often in a row it was told a greater number than before. */
  growths: number;
}

export class Touches {
  readonly #conversation: Conversation;
  readonly #deps: Deps;
  readonly #socketsOf: (userId: string) => number;
  readonly #waiting = new Map<string, Waiting>();
  readonly #told = new Map<string, Told>();
  readonly #tries = new Map<string, number>();

  /** `socketsOf`: in how many pages somebody has the conversation open. */
  constructor(conversation: Conversation, deps: Deps, socketsOf: (userId: string) => number) {
    this.#conversation = conversation;
    this.#deps = deps;
    this.#socketsOf = socketsOf;
    // What an earlier life owed is due now.
    for (const userId of conversation.numbers.owed()) this.#wait(userId, 0);
  }

  /** Somebody has to hear; how soon, depends on what they know and see. `isUrgent`: it is more than one more message. */
  owe(userId: string, isUrgent = false): void {
    this.#conversation.numbers.owe(userId, this.#deps.now());
    const waiting = this.#waiting.get(userId) ?? this.#wait(userId, this.#deps.now());
    waiting.isUrgent ||= isUrgent;
    waiting.lastAt = this.#deps.now();
    this.reconsider(userId);
  }

  /** Somebody has another page now, which shall not have to wait. */
  hurry(userId: string): void {
    const waiting = this.#waiting.get(userId);
    if (waiting) waiting.isUrgent = true;
    this.#told.delete(userId);
    this.reconsider(userId);
  }

  /** Somebody came or went: whoever waits may wait longer or less long now. */
  reconsider(userId: string): void {
    const waiting = this.#waiting.get(userId);
    if (waiting && waiting.since > 0) waiting.at = this.#dueAt(userId, waiting);
  }

  /** When the next one is due (milliseconds since 1970); null when nobody waits. */
  get nextAt(): number | null {
    let next: number | null = null;
    for (const { at } of this.#waiting.values()) if (next === null || at < next) next = at;
    return next;
  }

  /** Tells everybody who is due, some at a time. Those who could not be told are due again later. Never throws. */
  async tell(call: TellAccount): Promise<void> {
    const now = this.#deps.now();
    const due: string[] = [];
    for (const [userId, waiting] of this.#waiting) {
      if (waiting.at > now) continue;
      // Who has read it meanwhile need not hear so soon.
      if (waiting.since > 0) waiting.at = this.#dueAt(userId, waiting);
      if (waiting.at <= now) due.push(userId);
    }
    for (const userId of due) this.#waiting.delete(userId);
    const left = due.values();
    const one = async () => {
      for (const userId of left) await this.#tellOne(userId, call);
    };
    await Promise.all(Array.from({ length: Math.min(due.length, TOLD_AT_ONCE) }, one));
  }

  async #tellOne(userId: string, call: TellAccount): Promise<void> {
    const { numbers } = this.#conversation;
    const person = numbers.get(userId);
    if (!person || person.toldRev >= person.rev) return;
    const { rev, unread } = person;
    try {
      const touch = this.touchOf(userId);
      const answer = touch ? await call(userId, touch) : { pages: 0 };
      numbers.told(userId, rev);
      const before = this.#told.get(userId);
      const growths = before && before.unread > 0 && unread > before.unread ? before.growths + 1 : 0;
      this.#told.set(userId, { ...answer, at: this.#deps.now(), unread, growths });
      this.#tries.delete(userId);
    } catch {
      const tries = (this.#tries.get(userId) ?? 0) + 1;
      this.#tries.set(userId, tries);
      const waitMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (tries - 1));
      const waiting = this.#waiting.get(userId) ?? this.#wait(userId, 0);
      waiting.at = this.#deps.now() + waitMs;
    }
  }

  /** `since` 0: owed by an earlier life or told in vain. */
  #wait(userId: string, since: number): Waiting {
    const waiting = { since, lastAt: since, at: since, jitter: 0.5 + Math.random(), isUrgent: false };
    this.#waiting.set(userId, waiting);
    return waiting;
  }

  #dueAt(userId: string, { since, lastAt, jitter, isUrgent }: Waiting): number {
    const told = this.#told.get(userId);
    const sockets = this.#socketsOf(userId);
    if (isUrgent) return since + TOUCH_AFTER_MS;
    if (sockets === 0) {
      const everyMs = told?.pages === 0 ? TOUCH_UNHEARD_EVERY_MS : TOUCH_EVERY_MS;
      return told
        ? clamp(told.at + everyMs, since + TOUCH_AFTER_MS, since + everyMs)
        : since + TOUCH_AFTER_MS;
    }
    const unread = this.#conversation.numbers.get(userId)?.unread ?? 0;
    const hadBadge = told ? told.unread > 0 : null;
    if (unread === 0 && hadBadge !== false) return since + TOUCH_READER_AFTER_MS;
    if (unread > 0 && hadBadge !== true) return since + TOUCH_PRESENT_AFTER_MS;
    const patienceMs = told && told.pages > sockets ? patienceFor(unread, told) : TOUCH_ALONE_EVERY_MS;
    return Math.min(since + patienceMs * jitter, lastAt + TOUCH_SILENT_AFTER_MS * (0.5 + jitter));
  }

  /** What a person's account is told now; null when there is nothing to show them yet. */
  touchOf(userId: string): MemberStateUpdate | null {
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

/** For how long the other pages of somebody who sees it happen can do without hearing of it while it goes on. */
function patienceFor(unread: number, told: Told): number {
  if (unread === told.unread) return TOUCH_WORDS_AFTER_MS;
  return Math.min(TOUCH_PRESENT_EVERY_MAX_MS, TOUCH_PRESENT_EVERY_MS * 2 ** told.growths);
}

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));
