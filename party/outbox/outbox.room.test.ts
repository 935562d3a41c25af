// Holds R7 (rows that a crash left are delivered) and R8 (a row that always fails blocks no other).

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { describe, expect, test, vi } from "vitest";
import { DeliveredRows } from "../../db/client/delivered-rows.ts";
import { OUTBOX_SHARD } from "../stubs.ts";
import { comment, openPost, openUser, row, unread, userRow } from "../testing/room-client.ts";
import { partyEnv, startedOutboxRoom } from "../testing/room-stubs.ts";
import { deliver, deliverAndDelete } from "./deliver.ts";
import type { FailedRow, OutboxRow } from "./rows.ts";
import type { OutboxStore } from "./store.ts";

/** An outbox in memory. `isAway`: Postgres does not answer. */
function memoryStore(rows: OutboxRow[]) {
  const store = {
    rows: new Map(rows.map((each) => [each.id, each])),
    failed: [] as FailedRow[],
    claims: 0,
    isAway: false,
    async claim(limit: number) {
      store.claims++;
      if (store.isAway) throw new Error("Postgres is away");
      const seen = new Set(store.failed.map(({ id }) => id));
      return [...store.rows.values()].filter(({ id }) => !seen.has(id)).slice(0, limit);
    },
    async delete(ids: readonly string[]) {
      for (const id of ids) store.rows.delete(id);
    },
    async fail(failed: readonly FailedRow[]) {
      store.failed.push(...failed);
    },
    async countWaiting() {
      return store.rows.size;
    },
  };
  return store satisfies OutboxStore;
}

/** An OutboxRoom shard for one test. */
async function drainer(store: OutboxStore) {
  const name = uuidv7();
  const room = await startedOutboxRoom(name);
  let now = Date.now();
  await runInDurableObject(room, (it) => {
    it.store = store;
    it.clock = { now: () => now };
  });
  /** Moves the clock to the alarm and fires it. */
  const fireAlarm = async () => {
    now = (await alarm()) ?? now;
    return await runDurableObjectAlarm(room);
  };
  const alarm = () => runInDurableObject(room, async (_, state) => await state.storage.getAlarm());
  return { room, alarm, fireAlarm };
}

describe("deliver", () => {
  test("delivers each room its own rows, in order, and answers which were stored", async () => {
    const [asta, jonas, post] = [uuidv7(), uuidv7(), uuidv7()];
    const [astas, jonass, reader] = [await openUser(asta), await openUser(jonas), await openPost(post)];
    const rows = [
      unread(asta, 1),
      unread(jonas, 1),
      comment(post, asta, "labas"),
      unread(asta, 2),
      row("user:nobody", "unread.changed", {}),
      row("outbox:0", "x.y", {}),
      userRow(asta, "unread.changed", "nonsense"),
    ];
    const { delivered, failed } = await deliver(partyEnv, rows);
    expect(delivered).toEqual(rows.slice(0, 4).map(({ id }) => id));
    expect(failed.map(({ id }) => id).toSorted()).toEqual(
      rows
        .slice(4)
        .map(({ id }) => id)
        .toSorted(),
    );
    expect((await astas.received(2)).map(({ id }) => id)).toEqual([rows[0]?.id, rows[3]?.id]);
    expect((await jonass.received(1))[0]?.id).toBe(rows[1]?.id);
    await reader.received(1);
  });
});

describe("deliverAndDelete", () => {
  /** Also withdraws the request. */
  const isDrainScheduled = async () => {
    const room = await startedOutboxRoom(OUTBOX_SHARD);
    const at = await runInDurableObject(room, async (_, { storage }) => {
      const at = await storage.getAlarm();
      storage.sql.exec("delete from scheduled_jobs");
      await storage.deleteAlarm();
      return at;
    });
    await evictDurableObject(room);
    return at !== null;
  };

  test("deletes delivered rows itself when no write follows, and schedules no drain", async () => {
    const row = unread(uuidv7(), 1);
    const deleted: string[] = [];
    await deliverAndDelete(partyEnv, new DeliveredRows(), async (ids) => deleted.push(...ids), [row]);
    expect([deleted, await isDrainScheduled()]).toEqual([[row.id], false]);
  });

  test("reports when every room has answered, before it waits to delete; a failing room does not delay the report", async () => {
    const steps: string[] = [];
    const rows = [unread(uuidv7(), 1), userRow(uuidv7(), "unread.changed", "poison")];
    const deleteRows = async () => void steps.push("deleted");
    await deliverAndDelete(partyEnv, new DeliveredRows(), deleteRows, rows, () => steps.push("attempted"));
    expect(steps).toEqual(["attempted", "deleted"]);
    await isDrainScheduled();
  });

  test("makes no round trip for rows that the next write deletes", async () => {
    const delivered = new DeliveredRows();
    const row = unread(uuidv7(), 1);
    let trips = 0;
    const working = deliverAndDelete(partyEnv, delivered, async () => void trips++, [row]);
    const taken: string[] = [];
    await vi.waitUntil(() => taken.push(...delivered.take()) > 0, { interval: 5, timeout: 10_000 });
    await working;
    expect([taken, trips]).toEqual([[row.id], 0]);
  });

  test("schedules a drain when a row failed or could not be deleted, and never throws", async () => {
    const me = uuidv7();
    const deleted: string[] = [];
    const [good, poison] = [unread(me, 1), userRow(me, "unread.changed", 3)];
    await deliverAndDelete(partyEnv, new DeliveredRows(), async (ids) => deleted.push(...ids), [
      good,
      poison,
    ]);
    expect([deleted, await isDrainScheduled()]).toEqual([[good.id], true]);
    const away = () => Promise.reject(new Error("Postgres is away"));
    await deliverAndDelete(partyEnv, new DeliveredRows(), away, [unread(me, 2)]);
    expect(await isDrainScheduled()).toBe(true);
  });
});

describe("the drainer", () => {
  test("delivers the rows that are left, then sets no alarm", async () => {
    const me = uuidv7();
    const device = await openUser(me);
    const store = memoryStore([unread(me, 1), unread(me, 2)]);
    const { room, alarm } = await drainer(store);
    expect(await room.drain()).toEqual({ delivered: 2, failed: 0, waiting: 0 });
    expect((await device.received(2)).map(({ seq }) => seq)).toEqual([1, 2]);
    expect([store.rows.size, await alarm()]).toEqual([0, null]);
  });

  test("a row that always fails stays with its error; the other nine are delivered", async () => {
    const people = Array.from({ length: 9 }, () => uuidv7());
    const devices = await Promise.all(people.map((id) => openUser(id)));
    const poison = userRow(people[0] ?? "", "unread.changed", { unread: null });
    const store = memoryStore([poison, ...people.map((id) => unread(id, 1))]);
    const { room, alarm } = await drainer(store);
    expect(await room.drain()).toEqual({ delivered: 9, failed: 1, waiting: 1 });
    await Promise.all(devices.map((device) => device.received(1)));
    expect(store.failed).toMatchObject([{ id: poison.id, error: expect.stringContaining("unread") }]);
    expect(await alarm()).not.toBeNull();
  });

  test("keeps an alarm set while Postgres does not answer", async () => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => {});
    const me = uuidv7();
    const store = memoryStore([unread(me, 1)]);
    store.isAway = true;
    const { room, alarm, fireAlarm } = await drainer(store);
    await expect(runInDurableObject(room, (it) => it.drain())).rejects.toThrow("away");
    for (let failure = 0; failure < 8; failure++) {
      expect(await fireAlarm()).toBe(true);
      expect(await alarm()).not.toBeNull();
    }
    expect(errors).toHaveBeenCalledTimes(8);
    errors.mockRestore();
    store.isAway = false;
    await fireAlarm();
    expect([store.rows.size, await alarm()]).toEqual([0, null]);
  });

  test("concurrent calls share one further run, which covers rows added meanwhile", async () => {
    const me = uuidv7();
    const device = await openUser(me);
    const store = memoryStore([unread(me, 1)]);
    const { room } = await drainer(store);
    const late = unread(me, 2);
    await runInDurableObject(room, async (it) => {
      const first = it.drain();
      store.rows.set(late.id, late);
      await Promise.all([first, it.drain(), it.drain(), it.drain()]);
    });
    expect(store.claims).toBe(2);
    expect((await device.received(2))[1]?.id).toBe(late.id);
  });

  test("keeps its alarm across an eviction", async () => {
    const { room, alarm } = await drainer(memoryStore([]));
    await room.scheduleDrain();
    const at = await alarm();
    await evictDurableObject(room);
    expect(await alarm()).toBe(at);
  });
});
