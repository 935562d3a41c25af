import { expect, test } from "vitest";
import { type MoveHistory, NO_MOVES, tryMove } from "./nearby-moves.ts";

/** M5: nobody can search for a person by moving a shared cell. */
const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 10, 28, 12);
const BESIDE = ["u99zp", "u99zn", "u99zq", "u99zr", "u99zx", "u99zw", "u99zt", "u99zm"];

/** Shares cells one after the other; answers the moves that were taken, and the first refusal. */
function walk(count: number, stepMs: number) {
  let history: MoveHistory = NO_MOVES;
  const taken = [];
  let retryAfterS: number | null = null;
  for (let step = 0; step < count; step += 1) {
    const cell = BESIDE[step % BESIDE.length] ?? "";
    const answer = tryMove(history, cell, START + step * stepMs);
    if (!answer.ok) retryAfterS ??= answer.retryAfterS;
    else if (answer.history.moveTimes.length > history.moveTimes.length) taken.push(step);
    if (answer.ok) history = answer.history;
  }
  return { taken: taken.length, retryAfterS };
}

test("eight moves within an hour are taken, the ninth waits until the first is an hour old", () => {
  expect(walk(30, 1000)).toEqual({ taken: 8, retryAfterS: 3600 - 8 });
});

test("a train ride that renews every ten minutes is not refused for hours", () => {
  expect(walk(30, 10 * MINUTE_MS)).toEqual({ taken: 30, retryAfterS: null });
});

test("at most forty moves within a day, however they are spread", () => {
  expect(walk(90, 10 * MINUTE_MS).taken).toBe(40);
});

test.each([
  ["Vilnius to Kaunas in a minute", "u99zp", "u9d4n", 1, false],
  ["Vilnius to Kaunas in a quarter of an hour", "u99zp", "u9d4n", 15, true],
  ["Vilnius to Lisbon in a minute", "u99zp", "eyckp", 1, false],
  ["Vilnius to Lisbon in two hours", "u99zp", "eyckp", 120, false],
  ["Vilnius to Lisbon in four hours", "u99zp", "eyckp", 240, true],
  ["over the antimeridian to the next cell", "xbpzb", "800pb", 1, true],
])("%s: %s", (_, from, to, minutes, isTaken) => {
  const first = tryMove(NO_MOVES, from, START);
  if (!first.ok) throw new Error("the first cell is no move");
  expect(tryMove(first.history, to, START + minutes * MINUTE_MS).ok).toBe(isTaken);
});

test("the same cell, and a larger one around it, is no move; the way back to the smaller one is", () => {
  let history: MoveHistory = NO_MOVES;
  const moves = ["u99zp", "u99zp", "u99z", "u99zp", "u99z"].map((cell) => {
    const answer = tryMove(history, cell, START);
    if (answer.ok) history = answer.history;
    return history.moveTimes.length;
  });
  expect(moves).toEqual([1, 1, 1, 1, 1]);
  expect(history.last?.cell).toBe("u99zp");
});

test("a day later the last place is forgotten", () => {
  const first = tryMove(NO_MOVES, "u99zp", START);
  if (!first.ok) throw new Error("the first cell is no move");
  const later = tryMove(first.history, "9q8yy", START + 24 * 60 * MINUTE_MS + 1);
  expect(later).toMatchObject({ ok: true, history: { moveTimes: [expect.any(Number)] } });
});
