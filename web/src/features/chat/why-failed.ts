import type { Chat } from "../../i18n/en/chat.ts";

/** Why a message was refused, in words. To a stranger who has not answered, only so many can be sent. Pure. */
export function whyFailed(code: string | null, isWaiting: boolean, t: Chat): string {
  switch (code) {
    case "FORBIDDEN":
    case "NOT_FOUND":
      return isWaiting ? t.failedWhy.waiting : t.failedWhy.blocked;
    case "UNAVAILABLE":
      return t.failedWhy.full;
    case "RATE_LIMITED":
      return t.failedWhy.slow;
    default:
      return t.failedWhy.other;
  }
}
