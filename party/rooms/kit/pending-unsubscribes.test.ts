import { expect, test } from "vitest";
import { fakeScheduler } from "../../testing/fake-scheduler.ts";
import { PendingUnsubscribes, UNSUBSCRIBE_AFTER_MS, UNSUBSCRIBE_WITHIN_MS } from "./pending-unsubscribes.ts";

function fixture() {
  const { scheduler, clock, advance } = fakeScheduler();
  const unreachable = { isAway: true };
  const calls: [userId: string, connectionIds: string[]][] = [];
  const pending = new PendingUnsubscribes({
    now: clock.now,
    scheduler,
    unsubscribe: async (userId, ids) => {
      if (userId === "unreachable" && unreachable.isAway) throw new Error("away");
      calls.push([userId, ids]);
    },
  });
  return { pending, calls, unreachable, clock, advance };
}

test("an account that stays away is unsubscribed once, all sockets in one call; a failed call is repeated", async () => {
  const { pending, calls, unreachable, advance } = fixture();
  pending.add("ann", "1");
  pending.add("unreachable", "2");
  pending.add("ann", "3");
  await advance(UNSUBSCRIBE_AFTER_MS - 1);
  expect(calls).toEqual([]);
  await advance(1);
  expect(calls).toEqual([["ann", ["1", "3"]]]);
  unreachable.isAway = false;
  await advance(UNSUBSCRIBE_AFTER_MS);
  expect(calls.slice(1)).toEqual([["unreachable", ["2"]]]);
  await advance(UNSUBSCRIBE_AFTER_MS * 2);
  expect(calls).toHaveLength(2);
});

test("an account that reconnects takes its closed sockets with it, once", async () => {
  const { pending, calls, advance } = fixture();
  pending.add("ann", "1");
  pending.add("ben", "2");
  expect(pending.take("ann")).toEqual(["1"]);
  expect(pending.take("ann")).toEqual([]);
  await advance(UNSUBSCRIBE_AFTER_MS);
  expect(calls).toEqual([["ben", ["2"]]]);
});

test("while others reconnect nobody is unsubscribed, but for a limited time", async () => {
  const { pending, calls, clock, advance } = fixture();
  const startedAt = clock.now();
  pending.add("ann", "1");
  for (let n = 0; n < 30 && calls.length === 0; n += 1) {
    pending.add(`other ${n}`, "2");
    await advance(UNSUBSCRIBE_AFTER_MS / 2);
    expect(pending.take(`other ${n}`)).toEqual(calls.length === 0 ? ["2"] : []);
  }
  expect(calls[0]).toEqual(["ann", ["1"]]);
  expect(clock.now() - startedAt).toBe(UNSUBSCRIBE_WITHIN_MS);
});
