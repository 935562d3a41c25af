// Holds X-4: who comes, goes and is watched is told at once, and nobody flickers.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import {
  close,
  HERE,
  holdTime,
  inShard,
  leave,
  NOTHING,
  passTime,
  person,
  seen,
  shardOf,
  told,
  userRoom,
  watchersOf,
  watching,
} from "../../testing/presence-fixtures.ts";
import { openUser, userRow } from "../../testing/room-client.ts";
import { GRACE_MS } from "../user/presence-host.ts";

describe("online and offline", () => {
  test("whoever opens a tab is seen to be here without anything else happening", async () => {
    const [ann, ben] = [await person(), await person()];
    const watcher = await watching(ben, [ann]);
    expect(told(watcher, ann)).toEqual([NOTHING]);
    await openUser(ann);
    await watcher.until(() => told(watcher, ann).length > 1);
    expect(told(watcher, ann)[1]).toEqual(HERE);
    expect(await seen(ben, ann)).toEqual(HERE);
  });

  test("whoever closes the last tab is seen to be gone after the grace, and not before", async () => {
    const [ann, ben] = [await person(), await person()];
    const [one, other] = [await openUser(ann), await openUser(ann)];
    await expect.poll(() => seen(ben, ann)).toEqual(HERE);
    const watcher = await watching(ben, [ann]);
    await holdTime(ann);
    await close(ann, one);
    await passTime(ann, 10 * GRACE_MS);
    expect(await seen(ben, ann)).toEqual(HERE);
    await close(ann, other);
    const closedAt = Date.now();
    await passTime(ann, GRACE_MS - 100);
    expect(await seen(ben, ann)).toEqual(HERE);
    expect(told(watcher, ann)).toHaveLength(1);
    await runInDurableObject(await userRoom(ann), (room) => {
      room.clock = { now: () => Date.now() + GRACE_MS };
    });
    await passTime(ann, GRACE_MS);
    await watcher.until(() => told(watcher, ann).length > 1);
    const [, gone] = told(watcher, ann);
    expect(gone?.isOnline).toBe(false);
    // When the tab closed, not when it was told.
    expect(Date.parse(gone?.lastSeenAt ?? "")).toBeLessThanOrEqual(closedAt);
    expect(told(watcher, ann)).toHaveLength(2);
  });

  test("a reload within the grace is no change, and writes nothing down", async () => {
    const [ann, ben] = [await person(), await person()];
    let tab = await watching(ann, [ben]);
    await expect.poll(() => seen(ben, ann)).toEqual(HERE);
    const watcher = await watching(ben, [ann]);
    await holdTime(ann);
    const alarmAt = async () =>
      await runInDurableObject(await userRoom(ann), (_, state) => state.storage.getAlarm());
    const alarm = await alarmAt();
    for (let n = 0; n < 3; n++) {
      await close(ann, tab);
      tab = await watching(ann, [ben]);
    }
    await passTime(ann, 10 * GRACE_MS);
    expect(await alarmAt()).toBe(alarm);
    const sets = await runInDurableObject(await userRoom(ann), (_, state) =>
      state.storage.sql.exec("select * from watch_sets").toArray(),
    );
    expect(sets).toEqual([{ set_id: 1, target_id: ben }]);
    expect(told(watcher, ann)).toEqual([HERE]);
    expect(await seen(ben, ann)).toEqual(HERE);
  });

  test("a session that ends takes the person away like a closed tab", async () => {
    const [ann, ben, session] = [await person(), await person(), uuidv7()];
    const tab = await openUser(ann, { sessionId: session });
    await expect.poll(() => seen(ben, ann)).toEqual(HERE);
    await holdTime(ann);
    await (await userRoom(ann)).deliver([userRow(ann, "session.revoked", { sessionId: session })]);
    expect(await tab.closedWith()).toBe(4401);
    await passTime(ann, GRACE_MS);
    await expect.poll(() => seen(ben, ann)).toMatchObject({ isOnline: false });
  });

  test("a tab that has been silent for three heartbeats is nobody's presence", async () => {
    const [ann, ben] = [await person(), await person()];
    const tab = await openUser(ann);
    await expect.poll(() => seen(ben, ann)).toEqual(HERE);
    const room = await userRoom(ann);
    expect(await room.ownPresence()).toEqual({ leftAt: null });
    await holdTime(ann);
    const openedBy = Date.now();
    await runInDurableObject(room, (it) => {
      it.clock = { now: () => Date.now() + 91_000 };
    });
    await room.ownPresence();
    expect(await tab.closedWith()).toBe(1013);
    // It has been silent for longer than the grace.
    await passTime(ann, 0);
    const { leftAt } = await room.ownPresence();
    expect(leftAt ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(openedBy);
    await expect.poll(() => seen(ben, ann)).toMatchObject({ isOnline: false });
  });
});

describe("watches", () => {
  test("survive a restart of both rooms", async () => {
    const [ann, ben] = [await person(), await person()];
    const watcher = await watching(ben, [ann]);
    await evictDurableObject(await userRoom(ben));
    await evictDurableObject(await shardOf(ann));
    await inShard(ann, () => undefined);
    await openUser(ann);
    await watcher.until(() => told(watcher, ann).at(-1)?.isOnline);
  });

  test("are each tab's own, and the last set counts", async () => {
    const [ann, cem, ben] = [await person(), await person(), await person()];
    const [one, other] = [await watching(ben, [ann]), await watching(ben, [cem])];
    one.say({ type: "presence.watch", ids: [] });
    await one.until(() => one.signals("presence.changed").length > 1);
    await Promise.all([openUser(ann), openUser(cem)]);
    await other.until(() => told(other, cem).at(-1)?.isOnline);
    await expect.poll(() => seen(ben, ann)).toEqual(HERE);
    expect(told(other, ann)).toEqual([]);
    expect(told(one, ann)).toEqual([NOTHING]);
  });

  test("of a tab that is gone end when the shard next has something to say", async () => {
    const [ann, ben] = [await person(), await person()];
    await watching(ben, [ann]);
    await evictDurableObject(await userRoom(ben), { webSockets: "close" });
    await openUser(ann);
    await expect.poll(() => watchersOf(ann)).toEqual([]);
  });

  test("are taken back from the shard some time after the tab closed", async () => {
    const [ann, ben] = [await person(), await person()];
    const tab = await watching(ben, [ann]);
    expect(await watchersOf(ann)).toEqual([ben]);
    await leave(ben, tab);
    await expect.poll(() => watchersOf(ann)).toEqual([]);
  });

  test("of more than 200 people are refused", async () => {
    const tab = await openUser(await person());
    tab.say({ type: "presence.watch", ids: Array.from({ length: 201 }, () => uuidv7()) });
    expect((await tab.control("room.error")).code).toBe("MALFORMED_FRAME");
  });

  test("of 200 people in all shards are answered by one frame with all of them", async () => {
    const ids = Array.from({ length: 200 }, () => uuidv7());
    const tab = await watching(await person(), ids);
    const [answer] = tab.signals("presence.changed");
    expect(answer?.data.people.map(({ userId }) => userId).sort()).toEqual([...ids].sort());
  });
});
