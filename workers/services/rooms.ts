import type { FrameErrorCode } from "../../party/protocol/wire.ts";
import * as stubs from "../../party/stubs.ts";
import { withTimeout } from "../../party/with-timeout.ts";
import type { ServiceContext } from "../context.ts";
import { ApiError, isErrorCode } from "../errors.ts";

/** A room that has to ask Postgres first may not get an answer; its caller learns it within R6's two seconds. */
const ROOM_TIMEOUT_MS = 1_800;
const RETRY_AFTER_S = 2;

export const userRoom = ({ env }: ServiceContext, userId: string) => stubs.userRoom(env, userId);
export const conversationRoom = ({ env }: ServiceContext, id: string) => stubs.conversationRoom(env, id);

/** A room's no. */
export interface Refusal {
  ok: false;
  code: FrameErrorCode;
}

/**
 * Waits for a room.
 * @throws ApiError UNAVAILABLE when it fails or is late. What was asked of it may have happened all the same.
 */
export async function askRoom<P extends Promise<unknown>>(call: P): Promise<Awaited<P>> {
  try {
    return await withTimeout(ROOM_TIMEOUT_MS, call as Promise<Awaited<P>>);
  } catch (cause) {
    throw new ApiError("UNAVAILABLE", { retryAfterS: RETRY_AFTER_S, cause });
  }
}

/** @throws ApiError with the room's own code when it refused */
export const granted = <A extends { ok: true } | Refusal>(answer: A): Extract<A, { ok: true }> =>
  answer.ok ? (answer as Extract<A, { ok: true }>) : refuse(answer);

/** @throws ApiError always */
export function refuse({ code }: Refusal): never {
  if (code === "UNAVAILABLE" || code === "RATE_LIMITED")
    throw new ApiError(code, { retryAfterS: RETRY_AFTER_S });
  throw new ApiError(isErrorCode(code) ? code : "VALIDATION_FAILED");
}
