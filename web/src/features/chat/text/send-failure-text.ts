import type { Chat } from "../../../i18n/en/chat.ts";
import { NOT_ACCEPTED } from "../data/request-limit.ts";

/** Why a message was refused, and whether a retry can help. */
export interface SendFailure {
  why: string;
  canRetry: boolean;
}

/** The text for a refused message, by its error code. `isWaiting`: the other has still not accepted. Pure. */
export function sendFailure(code: string | null, isWaiting: boolean, t: Chat): SendFailure {
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
