// Holds R7 (what a crash left is delivered) and R8 (poison blocks nobody).

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { describe, expect, test, vi } from "vitest";
import { DeliveredRows } from "../../db/client/delivered-rows.ts";
import { OUTBOX_SHARD } from "../stubs.ts";
import { comment, openPost, openUser, row, unread, userRow } from "../testing/room-client.ts";
import { partyEnv, startedOutboxRoom } from "../testing/room-stubs.ts";
import { deliver, deliverAndForget } from "./deliver.ts";
import type { FailedRow, OutboxRow } from "./rows.ts";
import type { OutboxStore } from "./store.ts";

/** An outbox in memory; `isAway` is Postgres not answering. */
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
    async forget(ids: readonly string[]) {
      for (const id of ids) store.rows.delete(id);
    },
    async fail(failed: readonly FailedRow[]) {
      store.failed.push(...failed);
    },
    async waiting() {
      return store.rows.size;
    },
  };
  return store satisfies OutboxStore;
}

/** A drainer of its own for each test. */
async function drainer(store: OutboxStore) {
  const name = uuidv7();
  const room = await startedOutboxRoom(name);
  await runInDurableObject(room, (it) => {
    it.store = store;
  });
  const alarm = () => runInDurableObject(room, async (_, state) => await state.storage.getAlarm());
  return { room, alarm };
}

describe("deliver", () => {
  test("tells each room its own rows, in order, and says which arrived", async () => {
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
    expect((await astas.heard(2)).map(({ id }) => id)).toEqual([rows[0]?.id, rows[3]?.id]);
    expect((await jonass.heard(1))[0]?.id).toBe(rows[1]?.id);
    await reader.heard(1);
  });
});

describe("deliverAndForget", () => {
  const nudged = async () =>
    await runInDurableObject(await startedOutboxRoom(OUTBOX_SHARD), async (_, state) => {
      const at = await state.storage.getAlarm();
      await state.storage.deleteAlarm();
      return at !== null;
    });

  test("forgets what arrived by itself when it is quiet, and leaves the drainer alone", async () => {
    const row = unread(uuidv7(), 1);
    const forgotten: string[] = [];
    await deliverAndForget(partyEnv, new DeliveredRows(), async (ids) => forgotten.push(...ids), [row]);
    expect([forgotten, await nudged()]).toEqual([[row.id], false]);
  });

  test("says so when the rooms have been told, before it waits to forget; a room that fails does not keep it waiting", async () => {
    const steps: string[] = [];
    const rows = [unread(uuidv7(), 1), userRow(uuidv7(), "unread.changed", "poison")];
    const forget = async () => void steps.push("forgotten");
    await deliverAndForget(partyEnv, new DeliveredRows(), forget, rows, () => steps.push("told"));
    expect(steps).toEqual(["told", "forgotten"]);
    await nudged();
  });

  test("makes no trip for what the next write has taken along", async () => {
    const delivered = new DeliveredRows();
    const row = unread(uuidv7(), 1);
    let trips = 0;
    const working = deliverAndForget(partyEnv, delivered, async () => void trips++, [row]);
    const taken: string[] = [];
    await vi.waitUntil(() => taken.push(...delivered.take()) > 0, { interval: 5, timeout: 10_000 });
    await working;
    expect([taken, trips]).toEqual([[row.id], 0]);
  });

  test("calls the drainer when a row failed or could not be forgotten, and never throws", async () => {
    const me = uuidv7();
    const forgotten: string[] = [];
    const [good, poison] = [unread(me, 1), userRow(me, "unread.changed", 3)];
    await deliverAndForget(partyEnv, new DeliveredRows(), async (ids) => forgotten.push(...ids), [
      good,
      poison,
    ]);
    expect([forgotten, await nudged()]).toEqual([[good.id], true]);
    const away = () => Promise.reject(new Error("Postgres is away"));
    await deliverAndForget(partyEnv, new DeliveredRows(), away, [unread(me, 2)]);
    expect(await nudged()).toBe(true);
  });
});

describe("the drainer", () => {
  test("delivers what is left, and rests", async () => {
    const me = uuidv7();
    const device = await openUser(me);
    const store = memoryStore([unread(me, 1), unread(me, 2)]);
    const { room, alarm } = await drainer(store);
    expect(await room.drain()).toEqual({ delivered: 2, failed: 0, waiting: 0 });
    expect((await device.heard(2)).map(({ seq }) => seq)).toEqual([1, 2]);
    expect([store.rows.size, await alarm()]).toEqual([0, null]);
  });

  test("one row in ten is poison: the others arrive, it alone stays, with its reason", async () => {
    const people = Array.from({ length: 9 }, () => uuidv7());
    const devices = await Promise.all(people.map((id) => openUser(id)));
    const poison = userRow(people[0] ?? "", "unread.changed", { unread: null });
    const store = memoryStore([poison, ...people.map((id) => unread(id, 1))]);
    const { room, alarm } = await drainer(store);
    expect(await room.drain()).toEqual({ delivered: 9, failed: 1, waiting: 1 });
    await Promise.all(devices.map((device) => device.heard(1)));
    expect(store.failed).toMatchObject([{ id: poison.id, error: expect.stringContaining("unread") }]);
    expect(await alarm()).not.toBeNull();
  });

  test("goes on looking while Postgres is away, from its alarm too", async () => {
    const complaints = vi.spyOn(console, "error").mockImplementation(() => {});
    const me = uuidv7();
    const store = memoryStore([unread(me, 1)]);
    store.isAway = true;
    const { room, alarm } = await drainer(store);
    await expect(runInDurableObject(room, (it) => it.drain())).rejects.toThrow("away");
    for (let failure = 0; failure < 8; failure++) {
      expect(await runDurableObjectAlarm(room)).toBe(true);
      expect(await alarm()).not.toBeNull();
    }
    expect(complaints).toHaveBeenCalledTimes(8);
    complaints.mockRestore();
    store.isAway = false;
    await runDurableObjectAlarm(room);
    expect([store.rows.size, await alarm()]).toEqual([0, null]);
  });

  test("asked many times at once runs once more, and sees what came meanwhile", async () => {
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
    expect((await device.heard(2))[1]?.id).toBe(late.id);
  });

  test("keeps its appointment over an eviction", async () => {
    const { room, alarm } = await drainer(memoryStore([]));
    await room.scheduleDrain();
    const at = await alarm();
    await evictDurableObject(room);
    expect(await alarm()).toBe(at);
  });
});
