/**
 * How often and how far an account may move its shared cell. Without these limits anybody could search a country for a person by
 * moving from cell to cell, because a list of people nearby tells where they are to the size of a cell.
 */
import { distanceKm } from "../../protocol/geohash.ts";

/** Moves within an hour and within a day. Five kilometres in ten minutes, the renewal of an open page, fit. */
const HOUR_MOVES_MAX = 8;
const DAY_MOVES_MAX = 40;
/** Faster than a passenger plane is not a move of a person. */
const SPEED_MAX_KM_PER_HOUR = 900;
/** Somebody at the edge of a cell crosses into the next one within a moment. */
const NEXT_CELL_KM = 60;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The moves of the last day. Only the last cell is stored, not the track. Times in milliseconds since 1970. */
export interface MoveHistory {
  last: { cell: string; at: number } | null;
  moveTimes: number[];
}
export const NO_MOVES: MoveHistory = { last: null, moveTimes: [] };

/**
 * Whether the cell may be shared now: the history afterwards, or how long to wait, in seconds. The same cell again, and a larger
 * one around it, is no move.
 */
export function tryMove(
  { last, moveTimes }: MoveHistory,
  cell: string,
  now: number,
): { ok: true; history: MoveHistory } | { ok: false; retryAfterS: number } {
  const recent = moveTimes.filter((at) => at > now - DAY_MS);
  const known = last && last.at > now - DAY_MS ? last : null;
  if (known?.cell.startsWith(cell))
    return { ok: true, history: { last: { cell: known.cell, at: now }, moveTimes: recent } };
  const waitMs = Math.max(
    waitFor(recent, HOUR_MOVES_MAX, HOUR_MS, now),
    waitFor(recent, DAY_MOVES_MAX, DAY_MS, now),
    known ? waitForDistance(distanceKm(known.cell, cell), now - known.at) : 0,
  );
  if (waitMs > 0) return { ok: false, retryAfterS: Math.ceil(waitMs / 1000) };
  return { ok: true, history: { last: { cell, at: now }, moveTimes: [...recent, now] } };
}

/** Until the number of moves within `span` falls below `max`. */
function waitFor(moveTimes: readonly number[], max: number, span: number, now: number): number {
  const oldest = moveTimes.at(-max);
  return oldest === undefined ? 0 : Math.max(0, oldest + span - now);
}

function waitForDistance(km: number, elapsedMs: number): number {
  const neededMs = (Math.max(0, km - NEXT_CELL_KM) / SPEED_MAX_KM_PER_HOUR) * HOUR_MS;
  return Math.max(0, neededMs - elapsedMs);
}
