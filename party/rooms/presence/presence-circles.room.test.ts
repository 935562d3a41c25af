// Holds R9 (who may see whom changes at once) and R11 (a reconnect asks Postgres nothing) for presence.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import {
  changeCircle,
  HERE,
  holdTime,
  inShard,
  leave,
  NOTHING,
  person,
  postgres,
  seen,
  shardOf,
  told,
  userRoom,
  watching,
} from "../../testing/presence-fixtures.ts";
import { openUser } from "../../testing/room-client.ts";
import { GRACE_MS } from "../user/presence-host.ts";
import { CHECK_EVERY_MS, FLUSH_AFTER_MS } from "./presence.room.ts";

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
  test("writes what an earlier life had begun to write, without anybody coming or going", async () => {
    const ann = await person();
    await inShard(ann, (room) => room.announce(ann, true, Date.now()));
    // It died in the middle of its alarm: what was due is struck off, and nobody was written.
    await runInDurableObject(await shardOf(ann), (_, { storage }) => {
      storage.sql.exec("delete from scheduled_jobs where name = 'flush'");
    });
    await evictDurableObject(await shardOf(ann));
    await seen(ann, ann);
    const due = await runInDurableObject(await shardOf(ann), (_, { storage }) =>
      storage.sql.exec("select name from scheduled_jobs where name = 'flush'").toArray(),
    );
    expect(due).toEqual([{ name: "flush" }]);
  });

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
