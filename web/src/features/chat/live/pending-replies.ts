/** Commands that wait for the room's reply, by their `ref` or client id. */
import { ApiError } from "../../../api/api-error.ts";
import type { Refusal } from "../../../realtime/connection.types.ts";

/** A reply that has not arrived after this time counts as lost. */
export const REPLY_TIMEOUT_MS = 8_000;

const STATUSES: Record<string, number> = {
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  GONE: 410,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
};
/** Codes of error frames for which the API has another code. */
const CODES: Record<string, { code: string; status: number }> = {
  MALFORMED_FRAME: { code: "VALIDATION_FAILED", status: 400 },
  UNKNOWN_COMMAND: { code: "VALIDATION_FAILED", status: 400 },
  FRAME_TOO_LARGE: { code: "BODY_TOO_LARGE", status: 413 },
};

export interface PendingReplies<Reply> {
  /** Resolves with the reply to this ref; rejects with ApiError when refused or lost (code NETWORK). */
  expect(ref: string): Promise<Reply>;
  resolve(ref: string, reply: Reply): void;
  refuse(refusal: Refusal): void;
  /** The socket is closed: rejects all waiting commands with code NETWORK. */
  rejectAll(): void;
}

/** The error with which the API would refuse the same request. */
export function errorOf({ code, message }: Refusal): ApiError {
  return new ApiError({ ...(CODES[code] ?? { code, status: STATUSES[code] ?? 400 }), message });
}

export const noReplyError = () =>
  new ApiError({ status: 0, code: "NETWORK", message: "No answer from the room" });

export function createPendingReplies<Reply>(deps: {
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
}): PendingReplies<Reply> {
  interface Waiting {
    resolve(reply: Reply): void;
    reject(error: ApiError): void;
    timer: unknown;
  }
  const waiting = new Map<string, Waiting>();

  function take(ref: string): Waiting | undefined {
    const found = waiting.get(ref);
    if (found) deps.clearTimer(found.timer);
    waiting.delete(ref);
    return found;
  }

  return {
    expect(ref) {
      take(ref)?.reject(noReplyError());
      return new Promise((resolve, reject) => {
        const timer = deps.setTimer(() => take(ref)?.reject(noReplyError()), REPLY_TIMEOUT_MS);
        waiting.set(ref, { resolve, reject, timer });
      });
    },
    resolve: (ref, reply) => take(ref)?.resolve(reply),
    refuse: (refusal) => take(refusal.ref)?.reject(errorOf(refusal)),
    rejectAll() {
      for (const ref of [...waiting.keys()]) take(ref)?.reject(noReplyError());
    },
  };
}
