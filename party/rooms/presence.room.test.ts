// Holds R9 (who may see whom changes at once) and R11 (a reconnect asks Postgres nothing) for presence.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { getServerByName } from "partyserver";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import type { Audience, PresenceOf } from "../../db/views/presence.view.ts";
import { presenceShardOf } from "../presence-shard.ts";
import { CHECK_EVERY_MS, FLUSH_AFTER_MS, type PresenceRoom } from "./presence.room.ts";
import type { StoredPresence } from "./presence-book.ts";
import type { Circle } from "./presence-circles.ts";
import { GRACE_MS } from "./presence-host.ts";
import { openUser, partyEnv, row, userRow } from "./room-rig.ts";

const userRoom = (userId: string) => getServerByName(partyEnv.UserRoom, userId);
const shardOf = (userId: string) => getServerByName(partyEnv.PresenceRoom, presenceShardOf(userId));

/** Postgres as far as the shards of this file see it: circles by person, and every write. */
const postgres = {
  circles: new Map<string, Circle>(),
  reads: [] as string[][],
  writes: [] as StoredPresence[][],
  isAway: false,
};
const store = {
  async circles(userIds: string[]) {
    postgres.reads.push(userIds);
    if (postgres.isAway) throw new Error("Postgres is away");
    return userIds.flatMap((id) => postgres.circles.get(id) ?? []);
  },
  async storePresence(people: StoredPresence[]) {
    if (postgres.isAway) throw new Error("Postgres is away");
    postgres.writes.push(people);
  },
};

/** Puts this file's Postgres under a person's shard, which forgets it whenever it is evicted. */
async function inShard<T>(userId: string, work: (room: PresenceRoom) => Promise<T> | T): Promise<T> {
  return await runInDurableObject(await shardOf(userId), async (room) => {
    room.store = store;
    return await work(room);
  });
}

async function person(audience: Audience = "everyone", circle: Partial<Circle> = {}): Promise<string> {
  const userId = uuidv7();
  postgres.circles.set(userId, { userId, audience, allowed: [], hidden: [], ...circle });
  await inShard(userId, () => undefined);
  return userId;
}

async function changeCircle(userId: string, audience: Audience, circle: Partial<Circle> = {}) {
  postgres.circles.set(userId, { userId, audience, allowed: [], hidden: [], ...circle });
  const told = row(`presence:${userId}`, "circle.changed", {});
  expect(await inShard(userId, (room) => room.deliver([told]))).toEqual({ failed: [] });
}

const HERE = { isOnline: true, lastSeenAt: null };
const NOTHING = { isOnline: false, lastSeenAt: null };

async function seen(viewerId: string, userId: string) {
  const [view] = await inShard(userId, (room) => room.query(viewerId, [userId]));
  const { userId: _, ...presence } = view as PresenceOf;
  return presence;
}

type Tab = Awaited<ReturnType<typeof openUser>>;

/** What a tab was told of a person, in order. */
function told(tab: Tab, userId: string) {
  return tab
    .signals("presence.changed")
    .flatMap(({ data }) => data.people)
    .filter((each) => each.userId === userId)
    .map(({ userId: _, ...presence }) => presence);
}

async function watching(viewerId: string, ids: string[]): Promise<Tab> {
  const tab = await openUser(viewerId);
  tab.say({ type: "presence.watch", ids });
  await tab.until(() => tab.signals("presence.changed").length > 0);
  return tab;
}

/** What a person's room waits for in memory, since it was looked at last. */
interface Waiting {
  ms: number;
  work: () => void;
}
const waiting = new Map<string, Set<Waiting>>();

/** From now on nothing that a person's room waits for comes by itself. */
async function holdTime(userId: string): Promise<void> {
  const held = new Set<Waiting>();
  waiting.set(userId, held);
  await runInDurableObject(await userRoom(userId), (room) => {
    room.later = (ms, work) => {
      const each = { ms, work };
      held.add(each);
      return () => held.delete(each);
    };
  });
}

/** Lets what was to come within `ms` come now. */
async function passTime(userId: string, ms: number): Promise<void> {
  await runInDurableObject(await userRoom(userId), () => {
    for (const each of waiting.get(userId) ?? [])
      if (each.ms <= ms && waiting.get(userId)?.delete(each)) each.work();
  });
}

const socketsOf = async (userId: string) =>
  await runInDurableObject(await userRoom(userId), (room) => [...room.getConnections()].length);

async function close(userId: string, tab: Tab): Promise<void> {
  const before = await socketsOf(userId);
  tab.socket.close(1000);
  await expect.poll(() => socketsOf(userId)).toBe(before - 1);
}

/** The last tab is closed and the grace has passed. */
async function leave(userId: string, tab: Tab): Promise<void> {
  await holdTime(userId);
  await close(userId, tab);
  await passTime(userId, GRACE_MS);
}

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
    expect(await room.isHere()).toEqual({ leftAt: null });
    await holdTime(ann);
    const openedBy = Date.now();
    await runInDurableObject(room, (it) => {
      it.clock = { now: () => Date.now() + 91_000 };
    });
    await room.isHere();
    expect(await tab.closedWith()).toBe(1013);
    // It has been silent for longer than the grace.
    await passTime(ann, 0);
    const { leftAt } = await room.isHere();
    expect(leftAt ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(openedBy);
    await expect.poll(() => seen(ben, ann)).toMatchObject({ isOnline: false });
  });
});

describe("who may see", () => {
  test.each([
    ["everyone", "stranger", true],
    ["everyone", "friend", true],
    ["everyone", "blocked", false],
    ["mutuals", "stranger", false],
    ["mutuals", "friend", true],
    ["mutuals", "blocked", false],
    ["chosen", "stranger", false],
    ["chosen", "friend", true],
    ["chosen", "blocked", false],
    ["nobody", "stranger", false],
    ["nobody", "friend", false],
    ["nobody", "blocked", false],
  ] as const)("audience %s, a %s: %s, asked and live", async (audience, who, isSeen) => {
    const viewers = { stranger: await person(), friend: await person(), blocked: await person() };
    const ann = await person(audience, {
      allowed: [viewers.friend, viewers.blocked],
      hidden: [viewers.blocked],
    });
    const viewer = viewers[who];
    const [tab, own] = [await watching(viewer, [ann]), await watching(ann, [ann])];
    await own.until(() => told(own, ann).at(-1)?.isOnline);
    expect(await seen(viewer, ann)).toEqual(isSeen ? HERE : NOTHING);
    if (isSeen) await tab.until(() => told(tab, ann).at(-1)?.isOnline);
    await leave(ann, own);
    await expect.poll(() => seen(ann, ann)).toMatchObject({ isOnline: false });
    const gone = await seen(viewer, ann);
    expect(gone.isOnline).toBe(false);
    expect(gone.lastSeenAt !== null).toBe(isSeen);
    if (!isSeen) expect(told(tab, ann)).toEqual([NOTHING]);
  });

  test("whoever is shut out hears at once that nobody is there; whoever is let in hears the truth (R9)", async () => {
    const [ben, cem, dan] = [await person(), await person(), await person()];
    const ann = await person("chosen", { allowed: [ben, cem] });
    await openUser(ann);
    await expect.poll(() => seen(ben, ann)).toEqual(HERE);
    const [bens, cems, dans] = [
      await watching(ben, [ann]),
      await watching(cem, [ann]),
      await watching(dan, [ann]),
    ];
    expect([told(bens, ann), told(cems, ann), told(dans, ann)]).toEqual([[HERE], [HERE], [NOTHING]]);
    await changeCircle(ann, "chosen", { allowed: [ben, dan] });
    await cems.until(() => told(cems, ann).length > 1);
    await dans.until(() => told(dans, ann).length > 1);
    expect([told(cems, ann)[1], told(dans, ann)[1]]).toEqual([NOTHING, HERE]);
    await changeCircle(ann, "everyone", { hidden: [ben] });
    await bens.until(() => told(bens, ann).length > 1);
    expect(told(bens, ann)).toEqual([HERE, NOTHING]);
  });

  test("a circle that Postgres cannot tell shows nobody, and everybody again once it can", async () => {
    const [ann, ben] = [await person(), await person()];
    postgres.isAway = true;
    try {
      await openUser(ann);
      const watcher = await watching(ben, [ann]);
      await expect.poll(() => seen(ann, ann)).toEqual(HERE);
      expect(await seen(ben, ann)).toEqual(NOTHING);
      postgres.isAway = false;
      await inShard(ann, (room) => {
        room.clock = { now: () => Date.now() + 60_000 };
      });
      await runDurableObjectAlarm(await shardOf(ann));
      await watcher.until(() => told(watcher, ann).at(-1)?.isOnline);
      expect(await seen(ben, ann)).toEqual(HERE);
    } finally {
      postgres.isAway = false;
    }
  });

  test("a circle that changed and cannot be read again shows nobody from then on", async () => {
    const [ann, ben] = [await person(), await person()];
    await openUser(ann);
    await expect.poll(() => seen(ben, ann)).toEqual(HERE);
    postgres.isAway = true;
    try {
      await changeCircle(ann, "nobody");
    } finally {
      postgres.isAway = false;
    }
    expect(await seen(ben, ann)).toEqual(NOTHING);
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

async function watchersOf(userId: string): Promise<string[]> {
  return await runInDurableObject(await shardOf(userId), (_, state) =>
    state.storage.sql
      .exec<{ watcher_id: string }>("select watcher_id from watches where target_id = ?", userId)
      .toArray()
      .map((each) => each.watcher_id),
  );
}

describe("Postgres", () => {
  test("is asked for a circle once: a person who comes again and again costs nothing more (R11)", async () => {
    const [ann, ben] = [await person(), await person()];
    const readsOf = () => postgres.reads.filter((ids) => ids.includes(ann)).length;
    const tab = await openUser(ann);
    await expect.poll(() => seen(ben, ann)).toEqual(HERE);
    expect(readsOf()).toBe(1);
    await leave(ann, tab);
    await evictDurableObject(await shardOf(ann));
    await inShard(ann, () => undefined);
    for (let n = 0; n < 5; n++) await openUser(ann);
    await watching(ben, [ann]);
    await expect.poll(() => seen(ben, ann)).toEqual(HERE);
    expect(readsOf()).toBe(1);
  });

  test("gets one write for everybody who changed, minutes later, and none before", async () => {
    const ann = await person();
    // Neighbours in the shard.
    const others = Array.from({ length: 20 }, () => uuidv7().slice(0, -1) + ann.slice(-1));
    for (const id of others)
      postgres.circles.set(id, { userId: id, audience: "everyone", allowed: [], hidden: [] });
    const mine = () =>
      postgres.writes.filter((people) => people.some(({ userId }) => others.includes(userId)));
    const now = Date.now();
    await inShard(ann, async (room) => {
      room.clock = { now: () => now };
      for (const id of others) await room.announce(id, true, now);
      for (const id of others.slice(0, 5)) await room.announce(id, false, now + 1);
    });
    await runDurableObjectAlarm(await shardOf(ann));
    expect(mine()).toEqual([]);
    postgres.isAway = true;
    await inShard(ann, (room) => {
      room.clock = { now: () => now + FLUSH_AFTER_MS + 1 };
    });
    await runDurableObjectAlarm(await shardOf(ann));
    postgres.isAway = false;
    expect(mine()).toEqual([]);
    await inShard(ann, (room) => {
      room.clock = { now: () => now + 2 * FLUSH_AFTER_MS };
    });
    await runDurableObjectAlarm(await shardOf(ann));
    expect(mine()).toHaveLength(1);
    const stored = new Map(mine()[0]?.map((each) => [each.userId, each]));
    expect(others.every((id) => stored.has(id))).toBe(true);
    expect(stored.get(others[0] ?? "")).toMatchObject({ isOnline: false, lastSeenAt: now + 1 });
  });
});

describe("a shard that restarts", () => {
  test("asks those who do not come back whether they are here, and believes them", async () => {
    const [ann, cem, ben] = [await person(), await person(), await person()];
    await openUser(ann);
    // Said to be here, by a room that has died since.
    const now = Date.now();
    await inShard(cem, (room) => room.announce(cem, true, now));
    await expect.poll(() => seen(ben, cem)).toEqual(HERE);
    await expect.poll(() => seen(ben, ann)).toEqual(HERE);
    await holdTime(cem);
    const checked = async () => {
      for (const id of [ann, cem]) {
        await evictDurableObject(await shardOf(id));
        await inShard(id, (room) => {
          room.clock = { now: () => Date.now() + 31_000 };
        });
        await runDurableObjectAlarm(await shardOf(id));
      }
    };
    await checked();
    expect(await seen(ben, ann)).toEqual(HERE);
    expect(await seen(ben, cem)).toMatchObject({ isOnline: false });
  });

  test("finds out who died with all their tabs", async () => {
    const [ann, ben] = [await person(), await person()];
    await openUser(ann);
    await expect.poll(() => seen(ben, ann)).toEqual(HERE);
    await evictDurableObject(await userRoom(ann), { webSockets: "close" });
    const check = async (inMs: number) => {
      await inShard(ann, (room) => {
        room.clock = { now: () => Date.now() + inMs };
      });
      await runDurableObjectAlarm(await shardOf(ann));
    };
    await evictDurableObject(await shardOf(ann));
    await check(31_000);
    // Asked, they have the grace to come back.
    expect(await seen(ben, ann)).toEqual(HERE);
    await runInDurableObject(await userRoom(ann), (room) => {
      room.clock = { now: () => Date.now() + GRACE_MS };
    });
    await check(31_000 + CHECK_EVERY_MS);
    expect(await seen(ben, ann)).toMatchObject({ isOnline: false });
  });
});
