// Who shares a cell with whom, and for how long. No room stores or sends coordinates.

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { expect, test } from "vitest";
import { nearbyRoomName } from "../../nearby-cells.ts";
import { cellsAround } from "../../protocol/geohash.ts";
import { ONLINE, person, seen } from "../../testing/presence-fixtures.ts";
import { openUser } from "../../testing/room-client.ts";
import { startedNearbyRoom, startedUserRoom } from "../../testing/room-stubs.ts";
import { NEARBY_SHARED_MS } from "../user/nearby-share.ts";

const userRoom = (userId: string) => startedUserRoom(userId);
const nearbyRoom = (cell: string) => startedNearbyRoom(cell);
const share = async (userId: string, cell: string | null) => {
  const answer = await (await userRoom(userId)).shareNearbyCell(cell);
  if (!answer.ok) throw new Error(`refused: ${answer.code}`);
  return answer.shared;
};

/** Everybody near a cell, as the Worker collects them. */
async function near(userId: string, cell: string): Promise<string[]> {
  const rooms = Map.groupBy(cellsAround(cell), nearbyRoomName);
  const found = await Promise.all(
    [...rooms].map(async ([name, cells]) => (await nearbyRoom(name)).near(userId, cells)),
  );
  return found.flat();
}

test("people in the same cell, a neighbouring one or one around it are near; others are not", async () => {
  const me = uuidv7();
  const cells = {
    same: "u99zp",
    beside: "u99zn",
    above: "u99z",
    off: "u99z0",
    far: "ezs42",
  };
  const ids = new Map(Object.keys(cells).map((who) => [who, uuidv7()]));
  await share(me, cells.same);
  for (const [who, cell] of Object.entries(cells)) await share(ids.get(who) ?? "", cell);
  const found = new Set(await near(me, cells.same));
  expect([...ids].filter(([, id]) => found.has(id)).map(([who]) => who)).toEqual(["same", "beside", "above"]);
  expect(found.has(me)).toBe(false);
});

test("people in neighbouring cells are near across the antimeridian and across rooms", async () => {
  const [west, east] = [uuidv7(), uuidv7()];
  await share(west, "xbpz");
  await share(east, "800p");
  expect(await near(west, "xbpz")).toContain(east);
  expect(await near(east, "800p")).toContain(west);
});

test("a person who shares another cell leaves the old one, whichever room it is in", async () => {
  const [me, other] = [uuidv7(), uuidv7()];
  await share(me, "gcpvj");
  expect(await near(other, "gcpvj")).toContain(me);
  await share(me, "gcpv0");
  expect(await near(other, "gcpvj")).not.toContain(me);
  expect(await near(other, "gcpv0")).toContain(me);
  await share(me, "gcpy");
  expect(await near(other, "gcpv0")).not.toContain(me);
  expect(await near(other, "gcpyb")).toContain(me);
});

test("a person who stops sharing is removed at once, also after an eviction of the rooms", async () => {
  const [me, other] = [uuidv7(), uuidv7()];
  await share(me, "s00tw");
  await evictDurableObject(await userRoom(me));
  await evictDurableObject(await nearbyRoom("s00tw"));
  expect(await (await userRoom(me)).sharedNearbyCell()).toMatchObject({ cell: "s00tw" });
  expect(await share(me, null)).toBeNull();
  expect(await near(other, "s00tw")).toEqual([]);
  expect(await (await userRoom(me)).sharedNearbyCell()).toBeNull();
});

test("a shared cell expires after fifteen minutes and its row is deleted; sharing again renews it", async () => {
  const [me, renewed, other] = [uuidv7(), uuidv7(), uuidv7()];
  const cell = "kzf0w";
  await share(me, cell);
  await share(renewed, cell);
  const later = () => Date.now() + NEARBY_SHARED_MS - 60_000;
  await runInDurableObject(await userRoom(renewed), (it) => {
    it.clock = { now: later };
  });
  await share(renewed, cell);
  for (const [minutes, here] of [
    [14, [me, renewed]],
    [16, [renewed]],
    [31, []],
  ] as const) {
    const room = await nearbyRoom(cell);
    await runInDurableObject(room, (it) => {
      it.clock = { now: () => Date.now() + minutes * 60_000 };
    });
    expect((await near(other, cell)).sort()).toEqual([...here].sort());
    await runDurableObjectAlarm(room);
    const rows = await runInDurableObject(room, (_, state) =>
      state.storage.sql.exec<{ user_id: string }>("select user_id from members").toArray(),
    );
    expect(rows.map((row) => row.user_id).sort()).toEqual([...here].sort());
  }
  await runInDurableObject(await userRoom(me), (it) => {
    it.clock = { now: () => Date.now() + NEARBY_SHARED_MS + 1 };
  });
  expect(await (await userRoom(me)).sharedNearbyCell()).toBeNull();
});

test("concurrent changes end in one cell", async () => {
  const [me, other] = [uuidv7(), uuidv7()];
  const cells = cellsAround("u33d").slice(0, 4);
  await Promise.all(cells.map((cell) => share(me, cell)));
  const shared = await (await userRoom(me)).sharedNearbyCell();
  const found = await Promise.all(
    cells.map(async (cell) => (await (await nearbyRoom(cell)).near(other, [cell])).includes(me)),
  );
  expect(cells.filter((_, n) => found[n])).toEqual([shared?.cell]);
});

/** From now on a room publishes its changes only when the answer is called, all at once. */
async function holdPublishing(cell: string): Promise<() => Promise<void>> {
  const held: (() => Promise<void>)[] = [];
  const room = await nearbyRoom(cell);
  await runInDurableObject(room, (it) => {
    it.later = (_, work) => void held.push(work);
  });
  return async () =>
    await runInDurableObject(room, async () => {
      await Promise.all(held.splice(0).map((work) => work()));
    });
}

test("people nearby are notified when somebody joins, moves, leaves or expires; those who may not see the person are not", async () => {
  const viewer = await person();
  const tab = await openUser(viewer);
  const [other, hidden, blocked] = [
    await person(),
    await person("nobody"),
    await person("everyone", { hidden: [viewer] }),
  ];
  for (const who of [other, hidden, blocked]) {
    await openUser(who);
    await expect.poll(() => seen(who, who)).toEqual(ONLINE);
  }
  await expect.poll(() => seen(viewer, other)).toEqual(ONLINE);
  const publish = await holdPublishing("xbpz");
  const publishBeside = await holdPublishing("800p");
  let count = 0;
  const receivesOneSignal = async (publishing: () => Promise<void>) => {
    count += 1;
    await publishing();
    await tab.until(() => tab.signals("nearby.changed").length >= count);
    // Signals arrive in order: none about the hidden people came before this one.
    expect(tab.signals("nearby.changed")).toHaveLength(count);
  };
  await share(viewer, "xbpz");
  await publish();

  // In the neighbouring room, across the antimeridian. A renewal is no change, and many changes at once are one signal.
  await share(other, "800p");
  await share(other, "800pb");
  await receivesOneSignal(publishBeside);
  await share(other, "800pb");
  await publishBeside();
  await share(other, null);
  await receivesOneSignal(publishBeside);

  for (const who of [hidden, blocked]) {
    await share(who, "xbpz");
    await publish();
    await share(who, null);
    await publish();
  }
  await share(other, "xbpzb");
  await receivesOneSignal(publish);

  // The other person's cell expires; the viewer's own was renewed meanwhile.
  await runInDurableObject(await userRoom(viewer), (it) => {
    it.clock = { now: () => Date.now() + NEARBY_SHARED_MS };
  });
  await share(viewer, "xbpz");
  const room = await nearbyRoom("xbpz");
  await runInDurableObject(room, (it) => {
    it.clock = { now: () => Date.now() + NEARBY_SHARED_MS + 1_000 };
  });
  await runDurableObjectAlarm(room);
  await receivesOneSignal(publish);

  // The signal has no data.
  for (const text of tab.texts.filter((each) => each.includes("nearby.changed")))
    expect(JSON.parse(text)).toEqual({ v: 1, type: "nearby.changed", at: expect.any(String), data: {} });
});

test("people far away or without a shared cell are not notified; people in a neighbouring region are notified", async () => {
  const [far, gone, wide, other] = [await person(), await person(), await person(), await person()];
  const tabs = new Map(
    await Promise.all([far, gone, wide].map(async (id) => [id, await openUser(id)] as const)),
  );
  await openUser(other);
  await expect.poll(() => seen(wide, other)).toEqual(ONLINE);
  await share(far, "kzf0w");
  await share(gone, "u6y9p");
  await share(gone, null);
  await share(wide, "u6yc");
  await share(other, "u6y9p");
  await tabs.get(wide)?.until(() => tabs.get(wide)?.signals("nearby.changed").length === 1);
  for (const id of [far, gone]) expect(tabs.get(id)?.signals("nearby.changed")).toEqual([]);
});

test("the rooms store only a cell and a time", async () => {
  const me = uuidv7();
  await share(me, "9q8yy");
  const schemaOf = async (room: Awaited<ReturnType<typeof userRoom | typeof nearbyRoom>>) =>
    await runInDurableObject(room, (_, state) =>
      state.storage.sql
        .exec<{ sql: string }>("select sql from sqlite_master where sql is not null")
        .toArray()
        .map((each) => each.sql)
        .join("\n"),
    );
  for (const room of [await userRoom(me), await nearbyRoom("9q8yy")]) {
    expect(await schemaOf(room)).not.toMatch(
      /latitude|longitude|\b(lat|lon|lng|coord\w*|geo\w*|point|real|float|double)\b/i,
    );
  }
  const members = await runInDurableObject(await nearbyRoom("9q8yy"), (_, state) =>
    state.storage.sql.exec("select * from members where user_id = ?", me).toArray(),
  );
  expect(members).toEqual([{ user_id: me, cell: "9q8yy", expires_at: expect.any(Number) }]);
  const kept = await runInDurableObject(await userRoom(me), (_, state) => state.storage.kv.get("nearby"));
  expect(kept).toEqual({ cell: "9q8yy", expiresAt: expect.any(Number) });
});

test("M5: a cell that moves too often or too far is refused, and the former one stays shared", async () => {
  const [spy, other] = [uuidv7(), uuidv7()];
  const room = await userRoom(spy);
  const [first = "", ...around] = cellsAround("u9d6e");
  for (const cell of [first, ...around].slice(0, 8))
    expect(await room.shareNearbyCell(cell)).toMatchObject({ ok: true });
  const last = (await room.sharedNearbyCell())?.cell ?? "";
  const refused = { ok: false, code: "RATE_LIMITED", retryAfterS: expect.any(Number) };
  expect(await room.shareNearbyCell(around[7] ?? "")).toEqual(refused);
  expect(await room.shareNearbyCell("eyckp")).toEqual(refused);
  expect((await room.sharedNearbyCell())?.cell).toBe(last);
  expect(await near(other, last)).toContain(spy);
  // Stopping is always possible, and does not restore the moves.
  expect(await room.shareNearbyCell(null)).toEqual({ ok: true, shared: null });
  await evictDurableObject(room);
  expect(await (await userRoom(spy)).shareNearbyCell(around[7] ?? "")).toEqual(refused);
});
