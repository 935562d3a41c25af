/** Asking rooms: an answer in time or a clear no, and their refusals as the API's codes. */
import type {
  ConversationNumbers,
  ConversationTotals,
  Message,
  MessageAck,
} from "../../db/views/conversation.view.ts";
import type { FrameErrorCode } from "../../party/protocol/envelope.ts";
import type { Position } from "../../party/protocol/position.ts";
import { within } from "../../party/within.ts";
import type { ServiceContext } from "../context.ts";
import { ApiError, isErrorCode } from "../errors.ts";

/** A room that has to ask Postgres first may not get an answer; its caller learns it within R6's two seconds. */
const ROOM_TIMEOUT_MS = 1_800;
const RETRY_AFTER_S = 2;

/** What is asked of an account's own room. */
interface AccountPort {
  chatNumbers(ids: string[]): Promise<{ totals: ConversationTotals; chats: ConversationNumbers[] }>;
}
/** What is asked of a conversation's room. */
interface ConversationPort {
  send(
    userId: string,
    message: { clientId: string; body: string; replyTo: number | null },
  ): Promise<{ ok: true; ack: MessageAck } | Refusal>;
  page(
    userId: string,
    range: { before: number | null; limit: number },
  ): Promise<{ ok: true; items: Message[]; quoted: Message[]; isWhole: boolean } | Refusal>;
  read(userId: string, seq: number): Promise<{ ok: true } | Refusal>;
  eventsAfter(userId: string, position: Position | null): Promise<({ ok: true } & Polled) | Refusal>;
}
type Polled = { epoch: string; seq: number; events?: unknown[]; resync?: true };

export const userRoom = ({ env }: ServiceContext, userId: string): AccountPort =>
  env.UserRoom.get(env.UserRoom.idFromName(userId)) as unknown as AccountPort;
export const conversationRoom = ({ env }: ServiceContext, id: string): ConversationPort =>
  env.ConversationRoom.get(env.ConversationRoom.idFromName(id)) as unknown as ConversationPort;

/** A room's no. */
export interface Refusal {
  ok: false;
  code: FrameErrorCode;
}

/**
 * Waits for a room.
 * @throws ApiError UNAVAILABLE when it fails or is late. What was asked of it may have happened all the same.
 */
export async function askRoom<T>(call: Promise<T>): Promise<T> {
  try {
    return await within(ROOM_TIMEOUT_MS, call);
  } catch (cause) {
    throw new ApiError("UNAVAILABLE", { retryAfterS: RETRY_AFTER_S, cause });
  }
}

/** @throws ApiError with the room's own code when it refused */
export function granted<A extends { ok: true }>(answer: A | Refusal): A {
  if (answer.ok) return answer;
  throw refusalOf(answer.code);
}

function refusalOf(code: FrameErrorCode): ApiError {
  if (code === "UNAVAILABLE" || code === "RATE_LIMITED")
    return new ApiError(code, { retryAfterS: RETRY_AFTER_S });
  return new ApiError(isErrorCode(code) ? code : "VALIDATION_FAILED");
}
