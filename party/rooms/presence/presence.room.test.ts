// Holds X-4: subscribers are notified at once when somebody comes online or leaves, and a reload is no change.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import {
  close,
  holdTime,
  inShard,
  leave,
  OFFLINE,
  ONLINE,
  passTime,
  person,
  received,
  seen,
  shardOf,
  subscribed,
  subscribersOf,
} from "../../testing/presence-fixtures.ts";
import { openUser, userRow } from "../../testing/room-client.ts";
import { startedUserRoom } from "../../testing/room-stubs.ts";
import { GRACE_MS } from "../user/presence-context.ts";

describe("online and offline", () => {
  test("a person who opens a tab is online for subscribers and for queries", async () => {
    const [ann, ben] = [await person(), await person()];
    const subscriber = await subscribed(ben, [ann]);
    expect(received(subscriber, ann)).toEqual([OFFLINE]);
    await openUser(ann);
    await subscriber.until(() => received(subscriber, ann).length > 1);
    expect(received(subscriber, ann)[1]).toEqual(ONLINE);
    expect(await seen(ben, ann)).toEqual(ONLINE);
  });

  test("a person who closes the last tab is offline after the grace, and not before", async () => {
    const [ann, ben] = [await person(), await person()];
    const [one, other] = [await openUser(ann), await openUser(ann)];
    await expect.poll(() => seen(ben, ann)).toEqual(ONLINE);
    const subscriber = await subscribed(ben, [ann]);
    await holdTime(ann);
    await close(ann, one);
    await passTime(ann, 10 * GRACE_MS);
    expect(await seen(ben, ann)).toEqual(ONLINE);
    await close(ann, other);
    const closedAt = Date.now();
    await passTime(ann, GRACE_MS - 100);
    expect(await seen(ben, ann)).toEqual(ONLINE);
    expect(received(subscriber, ann)).toHaveLength(1);
    await runInDurableObject(await startedUserRoom(ann), (room) => {
      room.clock = { now: () => Date.now() + GRACE_MS };
    });
    await passTime(ann, GRACE_MS);
    await subscriber.until(() => received(subscriber, ann).length > 1);
    const [, gone] = received(subscriber, ann);
    expect(gone?.isOnline).toBe(false);
    // The time the tab closed, not the time of the report.
    expect(Date.parse(gone?.lastSeenAt ?? "")).toBeLessThanOrEqual(closedAt);
    expect(received(subscriber, ann)).toHaveLength(2);
  });

  test("a reload within the grace publishes nothing and writes nothing", async () => {
    const [ann, ben] = [await person(), await person()];
    let tab = await subscribed(ann, [ben]);
    await expect.poll(() => seen(ben, ann)).toEqual(ONLINE);
    const subscriber = await subscribed(ben, [ann]);
    await holdTime(ann);
    const alarmAt = async () =>
      await runInDurableObject(await startedUserRoom(ann), (_, state) => state.storage.getAlarm());
    const alarm = await alarmAt();
    for (let n = 0; n < 3; n++) {
      await close(ann, tab);
      tab = await subscribed(ann, [ben]);
    }
    await passTime(ann, 10 * GRACE_MS);
    expect(await alarmAt()).toBe(alarm);
    const sets = await runInDurableObject(await startedUserRoom(ann), (_, state) =>
      state.storage.sql.exec("select * from subscription_sets").toArray(),
    );
    expect(sets).toEqual([{ set_id: 1, target_id: ben }]);
    expect(received(subscriber, ann)).toEqual([ONLINE]);
    expect(await seen(ben, ann)).toEqual(ONLINE);
  });

  test("the end of a session counts like a closed tab", async () => {
    const [ann, ben, session] = [await person(), await person(), uuidv7()];
    const tab = await openUser(ann, { sessionId: session });
    await expect.poll(() => seen(ben, ann)).toEqual(ONLINE);
    await holdTime(ann);
    await (await startedUserRoom(ann)).deliver([userRow(ann, "session.revoked", { sessionId: session })]);
    expect(await tab.closedWith()).toBe(4401);
    await passTime(ann, GRACE_MS);
    await expect.poll(() => seen(ben, ann)).toMatchObject({ isOnline: false });
  });

  test("a socket without a ping for three heartbeats is closed and does not count", async () => {
    const [ann, ben] = [await person(), await person()];
    const tab = await openUser(ann);
    await expect.poll(() => seen(ben, ann)).toEqual(ONLINE);
    const room = await startedUserRoom(ann);
    expect(await room.ownPresence()).toEqual({ leftAt: null });
    await holdTime(ann);
    const openedBy = Date.now();
    await runInDurableObject(room, (it) => {
      it.clock = { now: () => Date.now() + 91_000 };
    });
    await room.ownPresence();
    expect(await tab.closedWith()).toBe(1013);
    // It has sent no ping for longer than the grace.
    await passTime(ann, 0);
    const { leftAt } = await room.ownPresence();
    expect(leftAt ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(openedBy);
    await expect.poll(() => seen(ben, ann)).toMatchObject({ isOnline: false });
  });
});

describe("subscriptions", () => {
  test("survive a restart of both rooms", async () => {
    const [ann, ben] = [await person(), await person()];
    const subscriber = await subscribed(ben, [ann]);
    await evictDurableObject(await startedUserRoom(ben));
    await evictDurableObject(await shardOf(ann));
    await inShard(ann, () => undefined);
    await openUser(ann);
    await subscriber.until(() => received(subscriber, ann).at(-1)?.isOnline);
  });

  test("are each tab's own, and the last set counts", async () => {
    const [ann, cem, ben] = [await person(), await person(), await person()];
    const [one, other] = [await subscribed(ben, [ann]), await subscribed(ben, [cem])];
    one.send({ type: "presence.watch", ids: [] });
    await one.until(() => one.signals("presence.changed").length > 1);
    await Promise.all([openUser(ann), openUser(cem)]);
    await other.until(() => received(other, cem).at(-1)?.isOnline);
    await expect.poll(() => seen(ben, ann)).toEqual(ONLINE);
    expect(received(other, ann)).toEqual([]);
    expect(received(one, ann)).toEqual([OFFLINE]);
  });

  test("of a closed tab end with the shard's next update", async () => {
    const [ann, ben] = [await person(), await person()];
    await subscribed(ben, [ann]);
    await evictDurableObject(await startedUserRoom(ben), { webSockets: "close" });
    await openUser(ann);
    await expect.poll(() => subscribersOf(ann)).toEqual([]);
  });

  test("are removed from the shard some time after the tab closed", async () => {
    const [ann, ben] = [await person(), await person()];
    const tab = await subscribed(ben, [ann]);
    expect(await subscribersOf(ann)).toEqual([ben]);
    await leave(ben, tab);
    await expect.poll(() => subscribersOf(ann)).toEqual([]);
  });

  test("of more than 200 people are refused", async () => {
    const tab = await openUser(await person());
    tab.send({ type: "presence.watch", ids: Array.from({ length: 201 }, () => uuidv7()) });
    expect((await tab.control("room.error")).code).toBe("MALFORMED_FRAME");
  });

  test("of 200 people in all shards are answered by one frame with all of them", async () => {
    const ids = Array.from({ length: 200 }, () => uuidv7());
    const tab = await subscribed(await person(), ids);
    const [answer] = tab.signals("presence.changed");
    expect(answer?.data.people.map(({ userId }) => userId).sort()).toEqual([...ids].sort());
  });
});
