/** Polling: the query of a request for the events after a position, and its response. */
import type { PollAnswer } from "./connection.types.ts";
import { isRoomEvent, type Position, readPosition } from "./frames.ts";

/** The query of a poll. */
export function afterQuery(position: Position | null): { after?: string } {
  return position ? { after: `${position.epoch}:${position.seq}` } : {};
}

/** Parses the response of a poll. Throws when its shape is wrong. */
export function readPollAnswer(answer: unknown): PollAnswer {
  const head = readPosition(answer);
  if (!head) throw new Error("The answer of a poll has no position");
  const { events } = answer as { events?: unknown };
  return Array.isArray(events) ? { ...head, events: events.filter(isRoomEvent) } : { ...head, resync: true };
}
