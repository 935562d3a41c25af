/** Commands that a room answers by their name (`ref` or client id): who waits for which answer. */
import { ApiError } from "../../../api/api-error.ts";
import type { Refusal } from "../../../realtime/connection.types.ts";

/** An answer that has not come by then counts as lost. */
export const REPLY_TIMEOUT_MS = 8_000;

const STATUSES: Record<string, number> = {
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  GONE: 410,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
};
/** A room's own words for what the API calls otherwise. */
const CODES: Record<string, { code: string; status: number }> = {
  MALFORMED_FRAME: { code: "VALIDATION_FAILED", status: 400 },
  UNKNOWN_COMMAND: { code: "VALIDATION_FAILED", status: 400 },
  FRAME_TOO_LARGE: { code: "BODY_TOO_LARGE", status: 413 },
};

export interface Replies<Answer> {
  /** Resolves with the answer to this name; rejects with ApiError when refused or lost (code NETWORK). */
  expect(ref: string): Promise<Answer>;
  settle(ref: string, answer: Answer): void;
  refuse(refusal: Refusal): void;
  /** The socket is gone: nothing that waits will be answered. */
  lose(): void;
}

/** How the API would have refused it. */
export function errorOf({ code, message }: Refusal): ApiError {
  return new ApiError({ ...(CODES[code] ?? { code, status: STATUSES[code] ?? 400 }), message });
}

export const lostError = () =>
  new ApiError({ status: 0, code: "NETWORK", message: "No answer from the room" });

export function createReplies<Answer>(deps: {
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
}): Replies<Answer> {
  interface Waiting {
    resolve(answer: Answer): void;
    reject(error: ApiError): void;
    timer: unknown;
  }
  const waiting = new Map<string, Waiting>();

  function take(ref: string): Waiting | undefined {
    const one = waiting.get(ref);
    if (one) deps.clearTimer(one.timer);
    waiting.delete(ref);
    return one;
  }

  return {
    expect(ref) {
      take(ref)?.reject(lostError());
      return new Promise((resolve, reject) => {
        const timer = deps.setTimer(() => take(ref)?.reject(lostError()), REPLY_TIMEOUT_MS);
        waiting.set(ref, { resolve, reject, timer });
      });
    },
    settle: (ref, answer) => take(ref)?.resolve(answer),
    refuse: (refusal) => take(refusal.ref)?.reject(errorOf(refusal)),
    lose() {
      for (const ref of [...waiting.keys()]) take(ref)?.reject(lostError());
    },
  };
}
