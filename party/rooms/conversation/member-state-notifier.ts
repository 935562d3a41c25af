/**
 * Sends member states to the accounts' rooms, and decides when: soon to an account that would otherwise show something old,
 * rarely to one whose pages see the events themselves. Waking an account's room costs more than everything else about a message.
 * What has to be sent is stored (`rev > acknowledgedRev` in MemberStates); the times here are in memory only.
 */
import type { MemberStateUpdate } from "../../rpc.ts";
import { ALARM_BACKSTOP_MS, type Job } from "../kit/job-scheduler.ts";
import type { RoomContext } from "../kit/room-context.ts";
import type { ConversationCore } from "./conversation-core.ts";
import { memberStateFor } from "./redaction.ts";

/** After the first message that a member without the conversation open has not read. */
export const NOTIFY_AFTER_MS = 50;
/** Least time between two notifications of such a member, however busy the conversation. */
export const NOTIFY_EVERY_MS = 1_000;
/** The same for an account that had no open page the last time: it reads the state when it connects. */
export const NOTIFY_OFFLINE_EVERY_MS = 5_000;
/** For a member who has the conversation open and an unread count of 0: time to read the message. */
export const NOTIFY_PRESENT_AFTER_MS = 1_000;
/** For a member who has it open and does not read: doubled with each notification of a greater count. */
export const NOTIFY_PRESENT_EVERY_MS = 4_000;
const NOTIFY_PRESENT_EVERY_MAX_MS = 16_000;
/**
 * For an account all of whose pages have the conversation open, which count by themselves, or that has no page at all. Its room
 * requests the state when a further page opens (`flush`).
 */
export const NOTIFY_ALL_PRESENT_EVERY_MS = 600_000;
/** After the last change every delay ends within twice this time, so that the room can hibernate. */
export const NOTIFY_IDLE_AFTER_MS = 3_500;
/** After a member has read: their other devices clear the unread count. */
export const NOTIFY_READ_AFTER_MS = 200;
/** For an account with the right unread count, on whose other pages only the last message is old. */
export const NOTIFY_PREVIEW_AFTER_MS = 12_000;
/** Accounts that one room notifies at a time. */
const NOTIFY_AT_ONCE = 8;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 10_000;

/** Calls an account's room. Answers how many open pages the account has. */
export type SendMemberState = (userId: string, update: MemberStateUpdate) => Promise<{ pages: number }>;

interface Pending {
  /** Since when (milliseconds since 1970); 0 after a failed call and for what an earlier life of the room left. */
  since: number;
  lastChangeAt: number;
  dueAt: number;
  /** From 0.5 to 1.5, so that not all accounts are notified at once. */
  jitter: number;
  isUrgent: boolean;
}

/** The last notification of an account. In memory only. */
interface Sent {
  at: number;
  pages: number;
  unread: number;
  /** How many notifications in a row had a greater unread count than the one before. */
  growths: number;
}

interface Deps extends Pick<RoomContext, "now" | "scheduler"> {
  core: ConversationCore;
  /** How many open pages of a member have the conversation open. */
  socketsOf(userId: string): number;
  send: SendMemberState;
}

export class MemberStateNotifier {
  readonly #core: ConversationCore;
  readonly #deps: Deps;
  readonly #job: Job;
  readonly #pending = new Map<string, Pending>();
  readonly #sent = new Map<string, Sent>();
  readonly #failures = new Map<string, number>();

  constructor(deps: Deps) {
    const { core, scheduler } = deps;
    this.#core = core;
    this.#deps = deps;
    this.#job = scheduler.timerJob("member-states", () => this.#onDue(), { backstopMs: ALARM_BACKSTOP_MS });
    for (const userId of core.states.unacknowledged()) this.#add(userId, 0);
  }

  /** To be called when the room starts: schedules what an earlier life of the room left. */
  start(): void {
    this.#job.runBy(this.nextAt);
  }

  /** The member's state has a new revision. `isUrgent`: it is more than one more message. */
  markDirty(userId: string, isUrgent = false): void {
    this.#markDirty(userId, isUrgent);
    this.#job.runBy(this.nextAt);
  }

  markAllDirty(isUrgent = false): void {
    for (const userId of this.#core.roster.members.keys()) this.#markDirty(userId, isUrgent);
    this.#job.runBy(this.nextAt);
  }

  /** The account has opened a further page, which has no state yet: a pending notification is due at once. */
  flush(userId: string): void {
    const pending = this.#pending.get(userId);
    if (pending) pending.isUrgent = true;
    this.#sent.delete(userId);
    this.reschedule(userId);
  }

  /** To be called when a socket of the member opened or closed: the due time depends on it. */
  reschedule(userId: string): void {
    const pending = this.#pending.get(userId);
    if (pending) this.#updateDueAt(userId, pending);
    this.#job.runBy(this.nextAt);
  }

  /** When the next notification is due (milliseconds since 1970); null when none is pending. */
  get nextAt(): number | null {
    let next: number | null = null;
    for (const { dueAt } of this.#pending.values()) if (next === null || dueAt < next) next = dueAt;
    return next;
  }

  /** Notifies every account that is due, some at a time. A failed call is repeated later. Never throws. */
  async notifyDue(): Promise<void> {
    const now = this.#deps.now();
    const due: string[] = [];
    for (const [userId, pending] of this.#pending) {
      if (pending.dueAt > now) continue;
      // A member who has read meanwhile can be notified later.
      this.#updateDueAt(userId, pending);
      if (pending.dueAt <= now) due.push(userId);
    }
    for (const userId of due) this.#pending.delete(userId);
    const rest = due.values();
    const worker = async () => {
      for (const userId of rest) await this.#notify(userId);
    };
    await Promise.all(Array.from({ length: Math.min(due.length, NOTIFY_AT_ONCE) }, worker));
  }

  async #onDue(): Promise<void> {
    this.#core.states.flushBeforeSending(this.#core.messages.head);
    await this.notifyDue();
    this.#job.runBy(this.nextAt);
  }

  async #notify(userId: string): Promise<void> {
    const { states } = this.#core;
    const state = states.get(userId);
    if (!state || state.acknowledgedRev >= state.rev) return;
    const { rev, unread } = state;
    try {
      const update = this.updateOf(userId);
      const { pages } = update ? await this.#deps.send(userId, update) : { pages: 0 };
      states.acknowledge(userId, rev);
      const before = this.#sent.get(userId);
      const growths = before && before.unread > 0 && unread > before.unread ? before.growths + 1 : 0;
      this.#sent.set(userId, { pages, at: this.#deps.now(), unread, growths });
      this.#failures.delete(userId);
    } catch {
      const failures = (this.#failures.get(userId) ?? 0) + 1;
      this.#failures.set(userId, failures);
      const waitMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (failures - 1));
      const pending = this.#pending.get(userId) ?? this.#add(userId, 0);
      pending.dueAt = this.#deps.now() + waitMs;
    }
  }

  #markDirty(userId: string, isUrgent: boolean): void {
    const now = this.#deps.now();
    const pending = this.#pending.get(userId) ?? this.#add(userId, now);
    pending.isUrgent ||= isUrgent;
    pending.lastChangeAt = now;
    this.#updateDueAt(userId, pending);
  }

  #add(userId: string, since: number): Pending {
    const jitter = 0.5 + Math.random();
    const pending = { since, lastChangeAt: since, dueAt: since, jitter, isUrgent: false };
    this.#pending.set(userId, pending);
    return pending;
  }

  #updateDueAt(userId: string, pending: Pending): void {
    if (pending.since > 0) pending.dueAt = this.#dueAt(userId, pending);
  }

  #dueAt(userId: string, { since, lastChangeAt, jitter, isUrgent }: Pending): number {
    if (isUrgent) return since + NOTIFY_AFTER_MS;
    const sent = this.#sent.get(userId);
    const sockets = this.#deps.socketsOf(userId);
    if (sockets === 0) {
      const everyMs = sent?.pages === 0 ? NOTIFY_OFFLINE_EVERY_MS : NOTIFY_EVERY_MS;
      return sent
        ? clamp(sent.at + everyMs, since + NOTIFY_AFTER_MS, since + everyMs)
        : since + NOTIFY_AFTER_MS;
    }
    const unread = this.#core.states.get(userId)?.unread ?? 0;
    const hadUnread = sent ? sent.unread > 0 : null;
    // A page that has the conversation open counts what arrives, but does not notice what is read on another page.
    const isOnlyPage = sent !== undefined && sent.pages <= 1 && sent.pages <= sockets;
    if (!isOnlyPage && unread === 0 && hadUnread !== false) return since + NOTIFY_READ_AFTER_MS;
    if (!isOnlyPage && unread > 0 && hadUnread !== true) return since + NOTIFY_PRESENT_AFTER_MS;
    const everyMs = sent && sent.pages > sockets ? everyMsFor(unread, sent) : NOTIFY_ALL_PRESENT_EVERY_MS;
    return Math.min(since + everyMs * jitter, lastChangeAt + NOTIFY_IDLE_AFTER_MS * (0.5 + jitter));
  }

  /** What the account's room is sent now; null for a request without a message, which is not shown yet. */
  updateOf(userId: string): MemberStateUpdate | null {
    const { roster, states, last } = this.#core;
    const known = states.get(userId);
    if (!known) return null;
    const member = roster.members.get(userId);
    if (!member) return { kind: "left", id: roster.view.id, rev: known.rev };
    if (member.state === "requested" && !last) return null;
    const { state, isMuted } = member;
    const chat = {
      ...memberStateFor(roster, member, known, last),
      state,
      isMuted,
      version: roster.view.version,
    };
    return { kind: "chat", chat };
  }
}

/** How long the other pages of a member who has the conversation open can show an old state. */
function everyMsFor(unread: number, sent: Sent): number {
  if (unread === sent.unread) return NOTIFY_PREVIEW_AFTER_MS;
  return Math.min(NOTIFY_PRESENT_EVERY_MAX_MS, NOTIFY_PRESENT_EVERY_MS * 2 ** sent.growths);
}

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));
