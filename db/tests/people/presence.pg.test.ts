import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Statement } from "../../client/client.ts";
import { Refused } from "../../client/errors.ts";
import {
  selectOnlineUsers,
  selectPeople,
  selectPresenceSettings,
  selectVisibility,
  selectVisiblePresence,
} from "../../reads/presence.reads.ts";
import { createConversationFixture } from "../../testing/conversation-fixtures.ts";
import { createDatabaseFixture, type Person } from "../../testing/fixtures.ts";
import { personViewSchema } from "../../views/person.view.ts";
import { presenceSettingsSchema } from "../../views/presence.view.ts";
import { type PresenceChange, setPresenceSettings, storePresence } from "../../writes/presence.writes.ts";

/** Visibility, stored presence, and what is published to presence rooms. */
const fixture = createDatabaseFixture();
const conversations = createConversationFixture(fixture);
const client = () => fixture.client();

const set = (who: Person, change: PresenceChange) =>
  client().writeAsViewer(who.token, null, [...setPresenceSettings(change), selectPresenceSettings()]);
async function visibilityOf(who: Person) {
  const [rows] = await client().asService([selectVisibility([who.id])]);
  const { audience, allowed, hidden } = rows[0] ?? { audience: "none", allowed: [], hidden: [] };
  return { audience, allowed: allowed.toSorted(), hidden: hidden.toSorted() };
}
const ids = (...people: Person[]) => people.map((person) => person.id).toSorted();
/** The accounts in `people` for which a visibility change was published during `work`. */
async function published(work: () => Promise<unknown>, people: Record<string, Person>): Promise<string[]> {
  const count = async () =>
    await fixture.queryAsService<{ topic: string; type: string; data: unknown; id: string }>(
      "select id, topic, type, data from outbox where topic like 'presence:%' order by id",
    );
  const before = new Set((await count()).map((row) => row.id));
  await work();
  const after = (await count()).filter((row) => !before.has(row.id));
  for (const row of after) expect(row).toMatchObject({ type: "circle.changed", data: {} });
  const named = Object.entries(people).filter(([, who]) =>
    after.some((row) => row.topic === `presence:${who.id}`),
  );
  return named.map(([name]) => name);
}

describe("visibility", () => {
  test("depends on the audience: everyone, mutuals, chosen, nobody", async () => {
    const [ann, ben, cleo, dan] = await fixture.insertPeople("ann", "ben", "cleo", "dan");
    await conversations.follow(ann, ben);
    await conversations.follow(ben, ann);
    await conversations.follow(ann, cleo);
    await conversations.follow(dan, ann);
    const none = { allowed: [], hidden: [] };
    // The default.
    expect(await visibilityOf(ann)).toEqual({ audience: "mutuals", ...none, allowed: [ben.id] });
    await set(ann, { audience: "everyone" });
    expect(await visibilityOf(ann)).toEqual({ audience: "everyone", ...none });
    await set(ann, { audience: "chosen", chosen: [cleo.id, dan.id] });
    expect(await visibilityOf(ann)).toEqual({ audience: "chosen", ...none, allowed: ids(cleo, dan) });
    await set(ann, { audience: "nobody" });
    expect(await visibilityOf(ann)).toEqual({ audience: "nobody", ...none });
  });

  test("excludes accounts with a block in either direction", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    await conversations.block(ann, ben);
    await conversations.block(cleo, ann);
    expect((await visibilityOf(ann)).hidden).toEqual(ids(ben, cleo));
  });

  test("is selected for many accounts at once, without deleted ones", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const [rows] = await client().asService([selectVisibility([ann.id, randomUUID(), ben.id])]);
    expect(rows.map((row) => row.user_id).toSorted()).toEqual(ids(ann, ben));
    expect((await client().asService([selectVisibility([])]))[0]).toEqual([]);
  });
});

describe("visibility changes are published to presence rooms", () => {
  test("for a block and its removal: both accounts; for a mute: none", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const people = { ann, ben };
    expect(await published(() => conversations.block(ann, ben), people)).toEqual(["ann", "ben"]);
    expect(await published(() => conversations.unblock(ann, ben), people)).toEqual(["ann", "ben"]);
    expect(await published(() => conversations.mute(ann, ben), people)).toEqual([]);
  });

  test("for a mutual follow and its end: accounts with the audience `mutuals`", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const people = { ann, ben };
    await set(ben, { audience: "everyone" });
    const unfollow = (who: Person) =>
      fixture.queryAs(who, "delete from user_follows where follower_id = $1", [who.id]);
    expect(await published(() => conversations.follow(ann, ben), people)).toEqual([]);
    expect(await published(() => conversations.follow(ben, ann), people)).toEqual(["ann"]);
    expect(await published(() => unfollow(ben), people)).toEqual(["ann"]);
    expect(await published(() => unfollow(ann), people)).toEqual([]);
  });

  test("for two concurrent follows: the later one sees both", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    for (const who of [ann, ben]) await set(who, { audience: "mutuals" });
    const both = await published(
      async () => {
        const anns = await fixture.openTransactionAs(ann);
        await anns.query("insert into user_follows (follower_id, following_id) values ($1, $2)", [
          ann.id,
          ben.id,
        ]);
        const bens = conversations.follow(ben, ann);
        await fixture.waitForBlockedLock();
        await anns.query("commit");
        await bens;
      },
      { ann, ben },
    );
    expect(both).toEqual(["ann", "ben"]);
    expect((await visibilityOf(ann)).allowed).toEqual([ben.id]);
  });

  test("for a changed audience or chosen list, not for an unchanged one", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    const does = (change: PresenceChange) => published(() => set(ann, change), { ann, ben, cleo });
    expect(await does({ audience: "chosen" })).toEqual(["ann"]);
    expect(await does({ audience: "chosen" })).toEqual([]);
    expect(await does({ chosen: [ben.id, cleo.id] })).toEqual(["ann"]);
    expect(await does({ chosen: [cleo.id, ben.id] })).toEqual([]);
    expect(await does({ chosen: [cleo.id] })).toEqual(["ann"]);
    expect(await does({ sharesReceipts: false })).toEqual([]);
  });

  test("for a deleted account: the accounts that had chosen it", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    await set(ann, { chosen: [ben.id] });
    expect(
      await published(() => fixture.queryAsService("delete from users where id = $1", [ben.id]), {
        ann,
        ben,
      }),
    ).toEqual(["ann"]);
  });
});

describe("presence settings", () => {
  const settings = async (who: Person) => {
    const { results } = await client().asViewer(who.token, [selectPresenceSettings()]);
    return presenceSettingsSchema.parse(results[0][0]?.view);
  };

  test("change only the given fields, of the viewer only", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    expect(await settings(ann)).toEqual({
      audience: "mutuals",
      chosen: [],
      people: [],
      sharesReceipts: true,
    });
    await set(ann, { audience: "chosen", chosen: [ben.id] });
    await set(ann, { sharesReceipts: false });
    const { views } = await set(ann, {});
    const people = [{ id: ben.id, handle: ben.handle, name: ben.name }];
    const chosen = { audience: "chosen", chosen: [ben.id], people, sharesReceipts: false };
    expect(views).toEqual([chosen]);
    expect(await settings(ann)).toEqual(chosen);
    await set(ann, { chosen: [cleo.id] });
    expect((await settings(ann)).chosen).toEqual([cleo.id]);
    await set(ann, { chosen: [] });
    expect((await settings(ann)).chosen).toEqual([]);
    expect(await settings(ben)).toEqual({
      audience: "mutuals",
      chosen: [],
      people: [],
      sharesReceipts: true,
    });
  });

  test("the chosen list leaves out the viewer, unknown accounts and accounts that block the viewer", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    await conversations.block(ben, ann);
    await set(ann, { chosen: [ann.id, ben.id, randomUUID()] });
    expect((await settings(ann)).chosen).toEqual([]);
  });

  test("more than five hundred chosen accounts are refused", async () => {
    const [ann] = await fixture.insertPeople("ann");
    const made = await fixture.queryAsService<{ id: string }>(
      `insert into users (name, handle, email, email_verified, birth_date)
       select 'x', 'crowd' || n, 'crowd' || n || '@plaza.example', true, '1990-05-17' from generate_series(1, 501) n returning id`,
    );
    const crowd = made.map((row) => row.id);
    await expect(set(ann, { chosen: crowd })).rejects.toEqual(new Refused(400, "VALIDATION_FAILED"));
    await set(ann, { chosen: crowd.slice(1) });
    expect((await settings(ann)).chosen).toHaveLength(500);
  });
});

describe("stored presence (002-6, 002-12)", () => {
  const at = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`;
  const online = async (...people: Person[]) => {
    const [rows] = await client().asService([selectOnlineUsers(people.map((person) => person.id))]);
    return rows.map(({ is_online, last_seen_at }) => [is_online, last_seen_at]);
  };
  const store = (...batch: Parameters<typeof storePresence>) => client().asService([storePresence(...batch)]);

  test("a batch is stored without deleted accounts, and last_seen_at never decreases", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    await store([
      { userId: ann.id, isOnline: true, lastSeenAt: null },
      { userId: ben.id, isOnline: false, lastSeenAt: at(2) },
      { userId: randomUUID(), isOnline: true, lastSeenAt: at(2) },
    ]);
    expect(await online(ann)).toEqual([[true, null]]);
    expect(await online(ben)).toEqual([[false, at(2)]]);
    await store([{ userId: ben.id, isOnline: true, lastSeenAt: at(1) }]);
    expect(await online(ben)).toEqual([[true, at(2)]]);
    await store([]);
    expect(await online(ann, ben)).toHaveLength(2);
  });

  test("is selected in one query for any number of accounts", async () => {
    const people = await fixture.insertPeople(...Array.from({ length: 20 }, () => "one"));
    await store(people.map(({ id }) => ({ userId: id, isOnline: true, lastSeenAt: null })));
    const meter = { roundTrips: 0, milliseconds: 0 };
    const asked: Statement<unknown> = selectOnlineUsers(people.map(({ id }) => id));
    const [rows] = await fixture.client(meter).asService([asked]);
    expect([rows.length, meter.roundTrips]).toEqual([20, 1]);
  });
});

test("people by id, without accounts across a block", async () => {
  const [ann, ben, cleo, dan] = await fixture.insertPeople("ann", "ben", "cleo", "dan");
  await conversations.follow(ann, ben);
  await conversations.block(cleo, ann);
  await conversations.block(ann, dan);
  const { results } = await client().asViewer(ann.token, [
    selectPeople([ben.id, cleo.id, dan.id, randomUUID()]),
  ]);
  expect(results[0].map((row) => personViewSchema.parse(row.view))).toMatchObject([
    { id: ben.id, viewer: { isFollowing: true, isFollowedBy: false, isSelf: false } },
  ]);
});

describe("stored presence as a viewer may see it", () => {
  const at = "2026-11-20T10:00:00.000Z";
  const visible = async (viewer: Person, ...people: Person[]) => {
    const asked = selectVisiblePresence(
      viewer.id,
      people.map(({ id }) => id),
    );
    const [rows] = await client().asService([asked]);
    return rows.map((row) => row.user_id).toSorted();
  };

  test("follows the audience; a block hides both from each other; oneself one always sees", async () => {
    const [ann, ben, cleo, dan] = await fixture.insertPeople("ann", "ben", "cleo", "dan");
    const all = [ann, ben, cleo, dan];
    for (const each of all) await set(each, { audience: "everyone" });
    await client().asService([
      storePresence(all.map(({ id }) => ({ userId: id, isOnline: false, lastSeenAt: at }))),
    ]);
    expect(await visible(dan, ...all)).toEqual(ids(...all));
    await conversations.follow(ann, ben);
    await conversations.follow(ben, ann);
    await set(ann, { audience: "mutuals" });
    await set(ben, { audience: "chosen", chosen: [cleo.id] });
    await set(cleo, { audience: "nobody" });
    expect(await visible(ann, ...all)).toEqual(ids(ann, dan));
    expect(await visible(ben, ...all)).toEqual(ids(ann, ben, dan));
    expect(await visible(cleo, ...all)).toEqual(ids(ben, cleo, dan));
    expect(await visible(dan, ...all)).toEqual(ids(dan));
    await conversations.block(dan, ben);
    expect(await visible(ben, ...all)).toEqual(ids(ann, ben));
    await conversations.block(cleo, ben);
    expect(await visible(cleo, ...all)).toEqual(ids(cleo, dan));
  });

  test("answers what was stored last, in one round trip; whoever was never stored is left out", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    for (const each of [ann, ben]) await set(each, { audience: "everyone" });
    await client().asService([
      storePresence([
        { userId: ann.id, isOnline: true, lastSeenAt: null },
        { userId: ben.id, isOnline: false, lastSeenAt: at },
      ]),
    ]);
    const meter = { roundTrips: 0, milliseconds: 0 };
    const [rows] = await fixture
      .client(meter)
      .asService([selectVisiblePresence(cleo.id, [ann.id, ben.id, cleo.id, randomUUID()])]);
    expect(new Map(rows.map((row) => [row.user_id, [row.is_online, row.last_seen_at]]))).toEqual(
      new Map([
        [ann.id, [true, null]],
        [ben.id, [false, at]],
      ]),
    );
    expect(meter.roundTrips).toBe(1);
    const [known] = await client().asService([selectVisibility([ann.id, ben.id, cleo.id])]);
    expect(new Map(known.map((row) => [row.user_id, [row.is_online, row.last_seen_at]]))).toEqual(
      new Map([
        [ann.id, [true, null]],
        [ben.id, [false, at]],
        [cleo.id, [false, null]],
      ]),
    );
  });
});
