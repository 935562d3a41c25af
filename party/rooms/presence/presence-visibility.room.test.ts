// Holds R9 (a changed visibility takes effect at once) and R11 (a reconnect needs no query) for presence.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import type { ServiceDatabase } from "../../outbox/store.ts";
import { queryPresence } from "../../presence-query.ts";
import {
  changeVisibility,
  holdTime,
  inShard,
  leave,
  OFFLINE,
  ONLINE,
  person,
  postgres,
  received,
  seen,
  shardOf,
  subscribed,
} from "../../testing/presence-fixtures.ts";
import { openUser } from "../../testing/room-client.ts";
import { partyEnv, startedUserRoom } from "../../testing/room-stubs.ts";
import { GRACE_MS } from "../user/presence-context.ts";
import { CHECK_EVERY_MS, FLUSH_AFTER_MS, RETRY_MS } from "./presence.room.ts";

const LAST_SEEN_AT = "2026-11-20T10:00:00.000Z";

describe("visibility", () => {
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
  ] as const)(
    "audience %s, a %s may see: %s, by query and by subscription",
    async (audience, who, isSeen) => {
      const viewers = { stranger: await person(), friend: await person(), blocked: await person() };
      const ann = await person(audience, {
        allowed: [viewers.friend, viewers.blocked],
        hidden: [viewers.blocked],
      });
      const viewer = viewers[who];
      const [tab, own] = [await subscribed(viewer, [ann]), await subscribed(ann, [ann])];
      await own.until(() => received(own, ann).at(-1)?.isOnline);
      expect(await seen(viewer, ann)).toEqual(isSeen ? ONLINE : OFFLINE);
      if (isSeen) await tab.until(() => received(tab, ann).at(-1)?.isOnline);
      await leave(ann, own);
      await expect.poll(() => seen(ann, ann)).toMatchObject({ isOnline: false });
      const gone = await seen(viewer, ann);
      expect(gone.isOnline).toBe(false);
      expect(gone.lastSeenAt !== null).toBe(isSeen);
      if (!isSeen) expect(received(tab, ann)).toEqual([OFFLINE]);
    },
  );

  test("who may no longer see a person is sent offline at once; who may see them now is sent their presence (R9)", async () => {
    const [ben, cem, dan] = [await person(), await person(), await person()];
    const ann = await person("chosen", { allowed: [ben, cem] });
    await openUser(ann);
    await expect.poll(() => seen(ben, ann)).toEqual(ONLINE);
    const [bens, cems, dans] = [
      await subscribed(ben, [ann]),
      await subscribed(cem, [ann]),
      await subscribed(dan, [ann]),
    ];
    expect([received(bens, ann), received(cems, ann), received(dans, ann)]).toEqual([
      [ONLINE],
      [ONLINE],
      [OFFLINE],
    ]);
    await changeVisibility(ann, "chosen", { allowed: [ben, dan] });
    await cems.until(() => received(cems, ann).length > 1);
    await dans.until(() => received(dans, ann).length > 1);
    expect([received(cems, ann)[1], received(dans, ann)[1]]).toEqual([OFFLINE, ONLINE]);
    await changeVisibility(ann, "everyone", { hidden: [ben] });
    await bens.until(() => received(bens, ann).length > 1);
    expect(received(bens, ann)).toEqual([ONLINE, OFFLINE]);
  });

  test("while Postgres does not answer, a person is hidden; once it does, they are shown", async () => {
    const [ann, ben] = [await person(), await person()];
    postgres.isAway = true;
    try {
      await openUser(ann);
      const subscriber = await subscribed(ben, [ann]);
      await expect.poll(() => seen(ann, ann)).toEqual(ONLINE);
      expect(await seen(ben, ann)).toEqual(OFFLINE);
      postgres.isAway = false;
      await inShard(ann, (room) => {
        room.clock = { now: () => Date.now() + 60_000 };
      });
      await runDurableObjectAlarm(await shardOf(ann));
      await subscriber.until(() => received(subscriber, ann).at(-1)?.isOnline);
      expect(await seen(ben, ann)).toEqual(ONLINE);
    } finally {
      postgres.isAway = false;
    }
  });

  test("a changed visibility that cannot be read hides the person", async () => {
    const [ann, ben] = [await person(), await person()];
    await openUser(ann);
    await expect.poll(() => seen(ben, ann)).toEqual(ONLINE);
    postgres.isAway = true;
    try {
      await changeVisibility(ann, "nobody");
    } finally {
      postgres.isAway = false;
    }
    expect(await seen(ben, ann)).toEqual(OFFLINE);
  });
});

describe("Postgres", () => {
  test("is queried for a person once: reconnects cost no further query (R11)", async () => {
    const [ann, ben] = [await person(), await person()];
    const readsOf = () => postgres.reads.filter((ids) => ids.includes(ann)).length;
    const tab = await openUser(ann);
    await expect.poll(() => seen(ben, ann)).toEqual(ONLINE);
    expect(readsOf()).toBe(1);
    await leave(ann, tab);
    await evictDurableObject(await shardOf(ann));
    await inShard(ann, () => undefined);
    for (let n = 0; n < 5; n++) await openUser(ann);
    await subscribed(ben, [ann]);
    await expect.poll(() => seen(ben, ann)).toEqual(ONLINE);
    expect(readsOf()).toBe(1);
  });

  test("receives one write for everybody whose presence changed, minutes later, and none before", async () => {
    const ann = await person();
    // People of the same shard.
    const others = Array.from({ length: 20 }, () => uuidv7().slice(0, -1) + ann.slice(-1));
    for (const id of others)
      postgres.people.set(id, {
        userId: id,
        audience: "everyone",
        allowed: [],
        hidden: [],
        isOnline: false,
        lastSeenAt: null,
      });
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
  test("flushes what an earlier run had not flushed, without any further change", async () => {
    const ann = await person();
    await inShard(ann, (room) => room.announce(ann, true, Date.now()));
    // The room stopped during its alarm: the job is deleted, and nothing was written.
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

  test("asks the rooms of people who do not reconnect whether they are online", async () => {
    const [ann, cem, ben] = [await person(), await person(), await person()];
    await openUser(ann);
    // Reported as online by a room that crashed afterwards.
    const now = Date.now();
    await inShard(cem, (room) => room.announce(cem, true, now));
    await expect.poll(() => seen(ben, cem)).toEqual(ONLINE);
    await expect.poll(() => seen(ben, ann)).toEqual(ONLINE);
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
    expect(await seen(ben, ann)).toEqual(ONLINE);
    expect(await seen(ben, cem)).toMatchObject({ isOnline: false });
  });

  test("detects a person whose room lost all its tabs in a crash", async () => {
    const [ann, ben] = [await person(), await person()];
    await openUser(ann);
    await expect.poll(() => seen(ben, ann)).toEqual(ONLINE);
    await evictDurableObject(await startedUserRoom(ann), { webSockets: "close" });
    const check = async (inMs: number) => {
      await inShard(ann, (room) => {
        room.clock = { now: () => Date.now() + inMs };
      });
      await runDurableObjectAlarm(await shardOf(ann));
    };
    await evictDurableObject(await shardOf(ann));
    await check(31_000);
    // The grace starts with the question.
    expect(await seen(ben, ann)).toEqual(ONLINE);
    await runInDurableObject(await startedUserRoom(ann), (room) => {
      room.clock = { now: () => Date.now() + GRACE_MS };
    });
    await check(31_000 + CHECK_EVERY_MS);
    expect(await seen(ben, ann)).toMatchObject({ isOnline: false });
  });
});

describe("a shard without a record of a person", () => {
  const LAST_SEEN = Date.parse("2026-11-20T10:00:00.000Z");
  const LEFT = { isOnline: false, lastSeenAt: new Date(LAST_SEEN).toISOString() };
  /** A person whose shard has just started: earlier tests of this file share its 16 shards. */
  async function unrecordedPerson(...[audience, visibility]: Parameters<typeof person>): Promise<string> {
    const userId = await person(audience, visibility);
    await runInDurableObject(await shardOf(userId), (_, { storage }) => {
      // Loading these again at the start would fail: the real Postgres is not there.
      storage.sql.exec("delete from visibility where audience is null");
    });
    await evictDurableObject(await shardOf(userId));
    await inShard(userId, () => undefined);
    return userId;
  }
  const neighbourOf = (userId: string) => uuidv7().slice(0, -1) + userId.slice(-1);

  test("answers the presence that Postgres stored, by one query for everybody asked about (002-12)", async () => {
    const [ann, ben] = [
      await unrecordedPerson("everyone", { lastSeenAt: LAST_SEEN }),
      await unrecordedPerson(),
    ];
    const others = Array.from({ length: 20 }, () => neighbourOf(ann));
    for (const id of others)
      postgres.people.set(id, {
        userId: id,
        audience: "everyone",
        allowed: [],
        hidden: [],
        isOnline: false,
        lastSeenAt: LAST_SEEN,
      });
    const before = postgres.reads.length;
    const views = await inShard(ann, (room) => room.query(ben, [ann, ...others]));
    expect(views.map(({ lastSeenAt }) => lastSeenAt)).toEqual(views.map(() => LEFT.lastSeenAt));
    await inShard(ann, (room) => room.query(ben, [ann, ...others]));
    expect(postgres.reads.slice(before)).toEqual([[ann, ...others]]);
  });

  test("never shows a person who hides, nor one who has blocked the viewer", async () => {
    const ben = await unrecordedPerson();
    const stored = { isOnline: true, lastSeenAt: LAST_SEEN };
    const hiding = await unrecordedPerson("nobody", stored);
    const blocking = await unrecordedPerson("everyone", { ...stored, hidden: [ben] });
    const mutual = await unrecordedPerson("mutuals", { ...stored, allowed: [ben] });
    expect(await seen(ben, hiding)).toEqual(OFFLINE);
    expect(await seen(ben, blocking)).toEqual(OFFLINE);
    expect(await seen(ben, mutual)).toEqual(ONLINE);
    const tab = await subscribed(ben, [hiding, blocking]);
    expect([received(tab, hiding), received(tab, blocking)]).toEqual([[OFFLINE], [OFFLINE]]);
  });

  test("answers a subscription too; what a person's room reports later replaces it", async () => {
    const [ann, ben] = [
      await unrecordedPerson("everyone", { lastSeenAt: LAST_SEEN }),
      await unrecordedPerson(),
    ];
    const tab = await subscribed(ben, [ann]);
    expect(received(tab, ann)).toEqual([LEFT]);
    await openUser(ann);
    await tab.until(() => received(tab, ann).length > 1);
    expect(received(tab, ann)[1]).toEqual(ONLINE);
  });

  test("verifies with the person's room that somebody stored as online still is", async () => {
    const [ann, ben] = [await unrecordedPerson("everyone", { isOnline: true }), await unrecordedPerson()];
    expect(await seen(ben, ann)).toEqual(ONLINE);
    await inShard(ann, (room) => {
      // Past every due time that an earlier test's clock may have left in this shard.
      room.clock = { now: () => Date.now() + 2 * CHECK_EVERY_MS };
    });
    await runDurableObjectAlarm(await shardOf(ann));
    expect(await seen(ben, ann)).toMatchObject({ isOnline: false });
  });

  test("does not wait for Postgres again for a while after it did not answer, and asks once about an id of nobody", async () => {
    const [ann, ben] = [
      await unrecordedPerson("everyone", { lastSeenAt: LAST_SEEN }),
      await unrecordedPerson(),
    ];
    const readsOf = (id: string) => postgres.reads.filter((ids) => ids.includes(id)).length;
    postgres.isAway = true;
    try {
      expect(await seen(ben, ann)).toEqual(OFFLINE);
      expect(await seen(ben, ann)).toEqual(OFFLINE);
      expect(readsOf(ann)).toBe(1);
    } finally {
      postgres.isAway = false;
    }
    await inShard(ann, (room) => {
      room.clock = { now: () => Date.now() + RETRY_MS };
    });
    expect(await seen(ben, ann)).toEqual(LEFT);
    const nobody = neighbourOf(ann);
    for (let n = 0; n < 3; n++) expect(await seen(ben, nobody)).toEqual(OFFLINE);
    expect(readsOf(nobody)).toBe(1);
  });
});

describe("a query about people of many shards", () => {
  test("reads the people of a shard that fails from Postgres, in one query for all of them", async () => {
    const [ann, ben] = [await person(), await person()];
    await openUser(ann);
    await expect.poll(() => seen(ben, ann)).toEqual(ONLINE);
    const failing = Array.from({ length: 40 }, () => uuidv7()).filter((id) => id.at(-1) !== ann.at(-1));
    const failingShards = new Set(failing.map((id) => id.slice(-1)));
    for (const digit of failingShards)
      await inShard(`${uuidv7().slice(0, -1)}${digit}`, (room) => {
        room.query = () => Promise.reject(new Error("away"));
      });
    const queries: unknown[] = [];
    const [known] = failing;
    const database: ServiceDatabase = {
      // biome-ignore lint/suspicious/noExplicitAny: the rows of one statement, whatever its type
      async asService(statements): Promise<any> {
        queries.push(...statements);
        return [[{ user_id: known, is_online: false, last_seen_at: LAST_SEEN_AT }]];
      },
    };
    const people = await queryPresence(partyEnv, database, ben, [ann, ...failing]);
    const byId = new Map(people.map(({ userId, ...presence }) => [userId, presence]));
    expect(byId.size).toBe(failing.length + 1);
    expect(byId.get(ann)).toEqual(ONLINE);
    expect(byId.get(known ?? "")).toEqual({ isOnline: false, lastSeenAt: LAST_SEEN_AT });
    expect(byId.get(failing[1] ?? "")).toEqual(OFFLINE);
    expect(queries).toHaveLength(1);
  });
});
