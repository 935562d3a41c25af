/**
 * What follows a message without anybody waiting for it: Postgres, the accounts of people who are elsewhere, receipts,
 * the end of typing. Each has a timer that is armed only when it is not; an alarm goes on with all of it if the process dies.
 */

import type { Job, JobScheduler } from "../kit/job-scheduler.ts";
import { DAY_MS, type Deps } from "../kit/sql.ts";
import type { Conversation } from "./conversation-core.ts";
import type { Drain } from "./drain.ts";
import type { MovedReceipts } from "./moved.ts";
import type { TellAccount, Touches } from "./touch.ts";
import type { Typing } from "./typing.ts";

/** If the process dies with work waiting, the alarm goes on with it after this long at the latest. */
export const BACKSTOP_MS = 20_000;

interface Ports {
  conversation: Conversation;
  drain: Drain;
  touches: Touches;
  moved: MovedReceipts;
  typing: Typing;
  deps: Deps;
  touch: TellAccount;
  tellReceipts(): void;
  tellTyping(userId: string, isTyping: boolean): void;
  scheduler: JobScheduler;
}

export class Afterwork {
  readonly #ports: Ports;
  readonly #drainTimer: Job;
  readonly #touchTimer: Job;
  readonly #receiptTimer: Job;
  readonly #typingTimer: Job;
  readonly #retryJob: Job;

  constructor(ports: Ports) {
    this.#ports = ports;
    const { scheduler } = ports;
    const withBackstop = { backstopMs: BACKSTOP_MS };
    this.#drainTimer = scheduler.timerJob("archive", () => this.#drain(), withBackstop);
    this.#touchTimer = scheduler.timerJob("member-states", () => this.#touch(), withBackstop);
    this.#receiptTimer = scheduler.timerJob("receipts", () => ports.tellReceipts());
    this.#typingTimer = scheduler.timerJob("typing", () => this.#endTyping());
    this.#retryJob = scheduler.durableJob("retry-rejected", () => {
      ports.conversation.messages.parked.tryAgain();
      this.follow("words");
    });
  }

  /** Something was written: it is on its way to Postgres and to people's accounts. */
  follow(what: "words" | "pointers"): void {
    const { drain, touches } = this.#ports;
    this.#drainTimer.runWithin(drain.waitMs(what === "words", Math.random()));
    this.#touchTimer.runBy(touches.nextAt);
  }

  /** Somebody's account may be due sooner than before. */
  owing(): void {
    this.#touchTimer.runBy(this.#ports.touches.nextAt);
  }

  receiptMoved(): void {
    this.#receiptTimer.runWithin(this.#ports.moved.waitMs);
  }

  typed(): void {
    this.#typingTimer.runBy(this.#ports.typing.nextAt);
  }

  async #drain(): Promise<void> {
    const { drain, conversation } = this.#ports;
    await drain.run();
    conversation.numbers.persist(conversation.messages.head);
    if (!conversation.messages.parked.isEmpty) this.#retryJob.runWithin(DAY_MS);
    if (drain.isDirty) this.#drainTimer.runWithin(drain.waitMs(true, Math.random()));
  }

  async #touch(): Promise<void> {
    const { conversation, touches, touch } = this.#ports;
    conversation.numbers.persistRevs(conversation.messages.head);
    await touches.tell(touch);
    this.#touchTimer.runBy(touches.nextAt);
  }

  #endTyping(): void {
    const { typing, deps, tellTyping } = this.#ports;
    for (const userId of typing.expire(deps.now())) tellTyping(userId, false);
    this.#typingTimer.runBy(typing.nextAt);
  }
}
