/** RPC calls of services to rooms: bounded in time, with a room's refusal turned into an ApiError. */
import type { FrameErrorCode } from "../party/protocol/wire.ts";
import { withTimeout } from "../party/with-timeout.ts";
import { ApiError, isErrorCode } from "./errors.ts";

/** A room that has to read Postgres first may be late; the caller gets an error within two seconds (R6). */
const ROOM_TIMEOUT_MS = 1_800;
const RETRY_AFTER_S = 2;

/** A room's refusal. */
interface Refusal {
  ok: false;
  code: FrameErrorCode;
  /** When known, in seconds. */
  retryAfterS?: number;
}

/**
 * Awaits an RPC call.
 * @throws ApiError UNAVAILABLE when it fails or is late; the room may have carried it out nevertheless
 */
export async function callRoom<P extends Promise<unknown>>(call: P): Promise<Awaited<P>> {
  try {
    return await withTimeout(ROOM_TIMEOUT_MS, call as Promise<Awaited<P>>);
  } catch (cause) {
    throw new ApiError("UNAVAILABLE", { retryAfterS: RETRY_AFTER_S, cause });
  }
}

/** @throws ApiError with the room's own code when it refused */
export const requireGranted = <A extends { ok: true } | Refusal>(answer: A): Extract<A, { ok: true }> =>
  answer.ok ? (answer as Extract<A, { ok: true }>) : refuse(answer);

/** @throws ApiError always */
export function refuse({ code, retryAfterS = RETRY_AFTER_S }: Refusal): never {
  if (code === "UNAVAILABLE" || code === "RATE_LIMITED") throw new ApiError(code, { retryAfterS });
  throw new ApiError(isErrorCode(code) ? code : "VALIDATION_FAILED");
}
