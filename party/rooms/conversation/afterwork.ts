/**
 * What follows a message without anybody waiting for it: Postgres, the accounts of people who are elsewhere, receipts,
 * the end of typing. Each has a timer that is armed only when it is not; an alarm goes on with all of it if the process dies.
 */

import { DAY_MS, type Deps } from "../kit/sql.ts";
import { Timer } from "../kit/timer.ts";
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
  wakeBy(at: number): void;
  report(where: string, error: unknown): void;
}

export class Afterwork {
  readonly #ports: Ports;
  readonly #drainTimer: Timer;
  readonly #touchTimer: Timer;
  readonly #receiptTimer: Timer;
  readonly #typingTimer: Timer;

  constructor(ports: Ports) {
    this.#ports = ports;
    const { now } = ports.deps;
    const guarded = (where: string, work: () => unknown) => async () => {
      try {
        await work();
      } catch (error) {
        ports.report(where, error);
      }
    };
    this.#drainTimer = new Timer(
      guarded("drain", () => this.#drain()),
      now,
    );
    this.#touchTimer = new Timer(
      guarded("touch", () => this.#touch()),
      now,
    );
    this.#receiptTimer = new Timer(
      guarded("receipts", () => ports.tellReceipts()),
      now,
    );
    this.#typingTimer = new Timer(
      guarded("typing", () => this.#endTyping()),
      now,
    );
  }

  /** Something was written: it is on its way to Postgres and to people's accounts. */
  follow(what: "words" | "pointers"): void {
    const { drain, touches, deps, wakeBy } = this.#ports;
    this.#drainTimer.within(drain.waitMs(what === "words", Math.random()));
    this.#touchTimer.by(touches.nextAt);
    wakeBy(deps.now() + BACKSTOP_MS);
  }

  /** Somebody's account may be due sooner than before. */
  owing(): void {
    this.#touchTimer.by(this.#ports.touches.nextAt);
  }

  receiptMoved(): void {
    this.#receiptTimer.within(this.#ports.moved.waitMs);
  }

  typed(): void {
    this.#typingTimer.by(this.#ports.typing.nextAt);
  }

  /** Everything at once, for the alarm and for the start. Never throws. */
  async catchUp(): Promise<void> {
    const { conversation, deps, report, wakeBy } = this.#ports;
    // Before anything is waited for: an alarm that dies half way has been used up.
    this.#wakeWhileOwing();
    const done = await Promise.allSettled([this.#drain(), this.#touch()]);
    for (const each of done) if (each.status === "rejected") report("catchUp", each.reason);
    this.#wakeWhileOwing();
    // A room that starts anew tries again what Postgres refused.
    if (!conversation.messages.parked.isEmpty) wakeBy(deps.now() + DAY_MS);
  }

  #wakeWhileOwing(): void {
    const { drain, deps, wakeBy, touches } = this.#ports;
    if (drain.isDirty || touches.nextAt !== null) wakeBy(deps.now() + BACKSTOP_MS);
  }

  async #drain(): Promise<void> {
    const { drain, conversation } = this.#ports;
    await drain.run();
    conversation.numbers.persist(conversation.messages.head);
    if (drain.isDirty) this.#drainTimer.within(drain.waitMs(true, Math.random()));
  }

  async #touch(): Promise<void> {
    const { conversation, touches, touch } = this.#ports;
    conversation.numbers.persistRevs(conversation.messages.head);
    await touches.tell(touch);
    this.#touchTimer.by(touches.nextAt);
  }

  #endTyping(): void {
    const { typing, deps, tellTyping } = this.#ports;
    for (const userId of typing.expire(deps.now())) tellTyping(userId, false);
    this.#typingTimer.by(typing.nextAt);
  }
}
