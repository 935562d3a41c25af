import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DEPARTURES_TOLD_AFTER_MS, DEPARTURES_TOLD_BY_MS, Departures } from "./departures.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function rig() {
  const isAway = { is: true };
  const told: [userId: string, connectionIds: string[]][] = [];
  const departures = new Departures({
    now: Date.now,
    background: (work) => void work,
    tell: async (userId, ids) => {
      if (userId === "unreachable" && isAway.is) throw new Error("away");
      told.push([userId, ids]);
    },
  });
  return { departures, told, isAway };
}

test("who stays away is told of after a while, all sockets at once, and again until it is heard", async () => {
  const { departures, told, isAway } = rig();
  departures.note("ann", "1");
  departures.note("unreachable", "2");
  departures.note("ann", "3");
  await vi.advanceTimersByTimeAsync(DEPARTURES_TOLD_AFTER_MS - 1);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toEqual([["ann", ["1", "3"]]]);
  isAway.is = false;
  await vi.advanceTimersByTimeAsync(DEPARTURES_TOLD_AFTER_MS);
  expect(told.slice(1)).toEqual([["unreachable", ["2"]]]);
  await vi.advanceTimersByTimeAsync(DEPARTURES_TOLD_AFTER_MS * 2);
  expect(told).toHaveLength(2);
});

test("who comes back says so with the next socket, and is told of no second time", async () => {
  const { departures, told } = rig();
  departures.note("ann", "1");
  departures.note("ben", "2");
  expect(departures.take("ann")).toEqual(["1"]);
  expect(departures.take("ann")).toEqual([]);
  await vi.advanceTimersByTimeAsync(DEPARTURES_TOLD_AFTER_MS);
  expect(told).toEqual([["ben", ["2"]]]);
});

test("while others come back nobody is told of, but not for ever", async () => {
  const { departures, told } = rig();
  const startedAt = Date.now();
  departures.note("ann", "1");
  for (let n = 0; n < 30 && told.length === 0; n += 1) {
    departures.note(`other ${n}`, "2");
    await vi.advanceTimersByTimeAsync(DEPARTURES_TOLD_AFTER_MS / 2);
    expect(departures.take(`other ${n}`)).toEqual(told.length === 0 ? ["2"] : []);
  }
  expect(told[0]).toEqual(["ann", ["1"]]);
  expect(Date.now() - startedAt).toBe(DEPARTURES_TOLD_BY_MS);
});
