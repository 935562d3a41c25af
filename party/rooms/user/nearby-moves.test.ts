import { expect, test } from "vitest";
import { type MoveHistory, NO_MOVES, tryMove } from "./nearby-moves.ts";

/** M5: nobody can search for a person by moving a shared cell. */
const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 10, 28, 12);
const BESIDE = ["u99zp", "u99zn", "u99zq", "u99zr", "u99zx", "u99zw", "u99zt", "u99zm"];

/** Shares the cells one after the other; answers how many were taken, and the last refusal. */
function walk(cells: readonly string[], stepMs: number) {
  let history: MoveHistory = NO_MOVES;
  let taken = 0;
  let retryAfterS: number | null = null;
  for (const [index, cell] of cells.entries()) {
    const answer = tryMove(history, cell, START + index * stepMs);
    if (answer.ok) history = answer.history;
    else retryAfterS = answer.retryAfterS;
    if (answer.ok) taken += 1;
  }
  return { taken, retryAfterS };
}

test("eight moves within an hour are taken, the ninth waits until the first is an hour old", () => {
  const cells = [...BESIDE, ...BESIDE, ...BESIDE, ...BESIDE];
  expect(walk(cells, 1000)).toEqual({ taken: 8, retryAfterS: 3600 - 31 });
});

test("a train ride that renews every ten minutes is never refused", () => {
  const cells = Array.from({ length: 30 }, (_, index) => BESIDE[index % BESIDE.length] ?? "");
  expect(walk(cells, 10 * MINUTE_MS)).toEqual({ taken: 30, retryAfterS: null });
});

test("at most forty moves within a day, however they are spread", () => {
  const cells = Array.from({ length: 90 }, (_, index) => BESIDE[index % BESIDE.length] ?? "");
  expect(walk(cells, 10 * MINUTE_MS).taken).toBe(40);
});

test.each([
  ["Vilnius to Kaunas in a minute", "u99zp", "u9d6e", 1, true],
  ["Vilnius to Lisbon in a minute", "u99zp", "eyckp", 1, false],
  ["Vilnius to Lisbon in two hours", "u99zp", "eyckp", 120, false],
  ["Vilnius to Lisbon in four hours", "u99zp", "eyckp", 240, true],
  ["over the antimeridian to the next cell", "xbpzb", "80000", 1, true],
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
    return history.movedAt.length;
  });
  expect(moves).toEqual([1, 1, 1, 1, 1]);
  expect(history.last?.cell).toBe("u99zp");
});

test("a day later the last place is forgotten", () => {
  const first = tryMove(NO_MOVES, "u99zp", START);
  if (!first.ok) throw new Error("the first cell is no move");
  const later = tryMove(first.history, "9q8yy", START + 24 * 60 * MINUTE_MS + 1);
  expect(later).toMatchObject({ ok: true, history: { movedAt: [expect.any(Number)] } });
});
