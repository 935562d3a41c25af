/**
 * The messages of one client that have no final answer yet: kept until they are acknowledged or refused
 * for good.
 */
import type { AckFrame } from "./frame-parser.ts";

export interface Pending {
  clientId: string;
  body: string;
  /** When the message was sent on the present connection; null when it was not. */
  sentAt: number | null;
  tries: number;
  settle(outcome: SendOutcome): void;
}

export type SendOutcome = { ok: true; ack: AckFrame } | { ok: false; code: string };

/** Error codes after which the same message may be retried. */
const RETRYABLE = new Set(["RATE_LIMITED", "UNAVAILABLE"]);
/** A room accepts twenty frames a second from one socket. */
const FRAMES_PER_SECOND = 16;

export class Outbox {
  readonly #pending = new Map<string, Pending>();
  readonly #inFlightMax: number;
  #tokens = FRAMES_PER_SECOND;
  #lastSentAt = performance.now();

  constructor(inFlightMax: number) {
    this.#inFlightMax = inFlightMax;
  }

  get size(): number {
    return this.#pending.size;
  }

  add(pending: Pending): void {
    this.#pending.set(pending.clientId, pending);
  }

  /**
   * The messages to send now: oldest first, at most what the room accepts. `isLate` also resends what had
   * no answer.
   */
  due(now: number, answerWithinMs: number): Pending[] {
    this.#tokens = Math.min(
      FRAMES_PER_SECOND,
      this.#tokens + ((now - this.#lastSentAt) * FRAMES_PER_SECOND) / 1_000,
    );
    this.#lastSentAt = now;
    const due: Pending[] = [];
    let inFlight = 0;
    for (const each of this.#pending.values()) {
      if (inFlight >= this.#inFlightMax) break;
      inFlight += 1;
      if (each.sentAt !== null && now - each.sentAt < answerWithinMs) continue;
      if (this.#tokens < 1) break;
      this.#tokens -= 1;
      each.sentAt = now;
      each.tries += 1;
      due.push(each);
    }
    return due;
  }

  /** All messages without a final answer. */
  all(): Pending[] {
    return [...this.#pending.values()];
  }

  acked(ack: AckFrame): void {
    this.#settle(ack.clientId, { ok: true, ack });
  }

  /** Returns whether this answer was final. */
  refused(clientId: string, code: string): boolean {
    if (RETRYABLE.has(code)) return false;
    this.#settle(clientId, { ok: false, code });
    return true;
  }

  /** Drops everything: no further answer can arrive. */
  giveUp(): void {
    for (const { clientId } of this.all()) this.#settle(clientId, { ok: false, code: "GIVEN_UP" });
  }

  /** The connection is lost: it is unknown which of its messages arrived. */
  forgetSent(): void {
    for (const each of this.#pending.values()) each.sentAt = null;
  }

  #settle(clientId: string, outcome: SendOutcome): void {
    const pending = this.#pending.get(clientId);
    this.#pending.delete(clientId);
    pending?.settle(outcome);
  }
}
