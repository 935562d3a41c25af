import type { Chat } from "../../../i18n/en/chat.ts";
import { NOT_ACCEPTED } from "../data/request-limit.ts";

/** Why a message was refused, in words, and whether trying again can help. */
export interface Failure {
  why: string;
  canRetry: boolean;
}

/** What to tell about a refused message by its code. `isWaiting`: the other one has still not accepted. Pure. */
export function whyFailed(code: string | null, isWaiting: boolean, t: Chat): Failure {
  switch (code) {
    case NOT_ACCEPTED:
      return { why: isWaiting ? t.failedWhy.waiting : t.failedWhy.waited, canRetry: !isWaiting };
    case "FORBIDDEN":
    case "NOT_FOUND":
      return { why: t.failedWhy.blocked, canRetry: false };
    case "UNAVAILABLE":
      return { why: t.failedWhy.full, canRetry: true };
    case "RATE_LIMITED":
      return { why: t.failedWhy.slow, canRetry: true };
    default:
      return { why: t.failedWhy.other, canRetry: true };
  }
}
