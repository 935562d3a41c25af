import { expect, test } from "vitest";
import { z } from "zod";
import { setRelation } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, type Person, serviceRows } from "../../../bench/testing/api-clients.ts";
import { delivered, roundTrips, view } from "../../../bench/testing/response-assertions.ts";
import { openSocket, type RoomSocket, USER_ROOM } from "../../../bench/testing/sockets.ts";
import { nearbyViewSchema, presenceSchema, presenceSettingsSchema } from "../../../db/views/presence.view.ts";

const ONLINE = { isOnline: true, lastSeenAt: null };
const NOTHING = { isOnline: false, lastSeenAt: null };

const account = (person: Person) => ({ headers: { "X-Plaza-Account": person.id } });
const query = async (viewer: Person, ids: string[]) =>
  view(z.record(z.uuid(), presenceSchema), await asPerson(viewer).post("/api/presence/query", { ids }));
const settings = async (person: Person, change: object) =>
  view(presenceSettingsSchema, await asPerson(person).patch("/api/me/presence", change));
const share = async (person: Person, cell: string) =>
  view(nearbyViewSchema, await asPerson(person).put("/api/nearby", { cell }));
const nearby = async (person: Person) => view(nearbyViewSchema, await asPerson(person).get("/api/nearby"));

/** The presence of a person that a socket received, in order. */
const receivedPresence = (socket: RoomSocket, userId: string) =>
  socket.signals
    .flatMap((signal) => (signal.type === "presence.changed" ? signal.data.people : []))
    .filter((each) => each.userId === userId)
    .map(({ userId: _, ...presence }) => presence);

async function subscribe(viewer: Person, ids: string[]): Promise<RoomSocket> {
  const socket = await openSocket(viewer, USER_ROOM);
  socket.send(JSON.stringify({ type: "presence.watch", ids }));
  await socket.until(({ signals }) => signals.length > 0, "the answer to presence.watch");
  return socket;
}

test("a person with a socket is online to queries and subscriptions; an unknown id looks like a hidden person", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const stranger = crypto.randomUUID();
  expect(await query(ben, [ann.id, stranger])).toEqual({ [ann.id]: NOTHING, [stranger]: NOTHING });
  const socket = await subscribe(ben, [ann.id]);
  expect(receivedPresence(socket, ann.id)).toEqual([NOTHING]);
  await openSocket(ann, USER_ROOM);
  await socket.until(() => receivedPresence(socket, ann.id).length > 1, "Ann online");
  expect(receivedPresence(socket, ann.id)[1]).toEqual(ONLINE);
  expect(await query(ben, [ann.id, ben.id, stranger])).toEqual({
    [ann.id]: ONLINE,
    [ben.id]: ONLINE,
    [stranger]: NOTHING,
  });
});

test("a query for 200 people needs no round trip to Postgres once the session is verified (R11)", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const ids = [ann.id, ...Array.from({ length: 199 }, () => crypto.randomUUID())];
  const ask = () => asPerson(ben).post("/api/presence/query", { ids }, account(ben));
  expect(roundTrips(await ask())).toBe(1);
  await expect.poll(async () => roundTrips(await ask())).toBe(0);
  expect(Object.keys(Object((await ask()).body))).toHaveLength(200);
});

test("an empty query gets an empty response", async () => {
  expect(await query(await newPerson("Ann"), [])).toEqual({});
});

test("a new audience applies to the next query and to existing subscriptions (X-4)", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  const fresh = await asPerson(ann).get("/api/me/presence");
  expect(view(presenceSettingsSchema, fresh)).toMatchObject({
    audience: "everyone",
    chosen: [],
    sharesReceipts: true,
  });
  await openSocket(ann, USER_ROOM);
  await expect.poll(() => query(ben, [ann.id])).toEqual({ [ann.id]: ONLINE });
  const [bens, cems] = [await subscribe(ben, [ann.id]), await subscribe(cem, [ann.id])];
  const chosen = { audience: "chosen" as const, chosen: [cem.id] };
  expect(await settings(ann, chosen)).toMatchObject({ ...chosen, sharesReceipts: true });
  await bens.until(() => receivedPresence(bens, ann.id).length > 1, "Ann hidden");
  expect(receivedPresence(bens, ann.id)).toEqual([ONLINE, NOTHING]);
  await delivered();
  expect(receivedPresence(cems, ann.id)).toEqual([ONLINE]);
  expect([await query(ben, [ann.id]), await query(cem, [ann.id])]).toEqual([
    { [ann.id]: NOTHING },
    { [ann.id]: ONLINE },
  ]);
  // Mutuals: both follow. Ben sees her as soon as she follows back.
  await settings(ann, { audience: "mutuals" });
  await setRelation(ben, "follow", ann);
  await cems.until(() => receivedPresence(cems, ann.id).length > 1, "Ann hidden");
  await setRelation(ann, "follow", ben);
  await bens.until(() => receivedPresence(bens, ann.id).length > 2, "Ann visible");
  expect(receivedPresence(bens, ann.id)[2]).toEqual(ONLINE);
  expect(await settings(ann, { audience: "nobody", sharesReceipts: false })).toMatchObject({
    audience: "nobody",
    chosen: [cem.id],
    sharesReceipts: false,
  });
  await bens.until(() => receivedPresence(bens, ann.id).length > 3, "Ann hidden again");
  expect(await query(ann, [ann.id])).toEqual({ [ann.id]: ONLINE });
});

test("without a record in the rooms the stored presence answers; it never shows who hides (002-6, 002-12)", async () => {
  const [ann, ben, cem, dan] = await Promise.all(["Ann", "Ben", "Cem", "Dan"].map((name) => newPerson(name)));
  if (!ann || !ben || !cem || !dan) throw new Error("people are missing");
  const lastSeenAt = "2026-11-20T10:00:00.000Z";
  await settings(cem, { audience: "nobody" });
  await setRelation(dan, "block", ben);
  await serviceRows(
    "insert into user_presence (user_id, last_seen_at) select unnest($1::uuid[]), $2::timestamptz",
    [[ann.id, cem.id, dan.id], lastSeenAt],
  );
  const seen = { [ann.id]: { isOnline: false, lastSeenAt }, [cem.id]: NOTHING, [dan.id]: NOTHING };
  expect(await query(ben, [ann.id, cem.id, dan.id])).toEqual(seen);
  const socket = await subscribe(ben, [ann.id, cem.id, dan.id]);
  expect(receivedPresence(socket, ann.id)).toEqual([{ isOnline: false, lastSeenAt }]);
  expect([receivedPresence(socket, cem.id), receivedPresence(socket, dan.id)]).toEqual([
    [NOTHING],
    [NOTHING],
  ]);
});

test("online people who share a cell in the same region see each other; others see nobody", async () => {
  const [ann, ben, cem, dan] = await Promise.all(["Ann", "Ben", "Cem", "Dan"].map((name) => newPerson(name)));
  if (!ann || !ben || !cem || !dan) throw new Error("fixture has too few people");
  for (const person of [ann, ben, cem]) await openSocket(person, USER_ROOM);
  const before = Date.now();
  const own = await share(ann, "u4pru");
  expect(own).toMatchObject({ cell: "u4pru", people: [] });
  expect(Date.parse(own.expiresAt ?? "") - before).toBeGreaterThan(14 * 60_000);
  // The same region; far away; offline.
  expect((await share(ben, "u4pr0")).people.map(({ id }) => id)).toEqual([ann.id]);
  expect((await share(cem, "ezs42")).people).toEqual([]);
  expect((await share(dan, "u4pru")).people.map(({ id }) => id).sort()).toEqual([ann.id, ben.id].sort());
  expect((await nearby(ann)).people).toEqual([
    {
      id: ben.id,
      handle: ben.handle,
      name: "Ben",
      bio: "",
      viewer: { isFollowing: false, isFollowedBy: false, isSelf: false },
    },
  ]);
  const nothing = { cell: null, expiresAt: null, people: [] };
  expect(view(nearbyViewSchema, await asPerson(ben).delete("/api/nearby"))).toEqual(nothing);
  expect(await nearby(ben)).toEqual(nothing);
  expect((await nearby(ann)).people).toEqual([]);
});

test("M5: mutuals are shown in the cell or one around it, strangers in the region only, whichever cell the viewer moves to", async () => {
  const [ann, ben, spy] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Spy")];
  for (const person of [ann, ben, spy]) await openSocket(person, USER_ROOM);
  await setRelation(ann, "follow", ben);
  await setRelation(ben, "follow", ann);
  await share(ann, "u9d6e");
  const sees = async (viewer: Person, cell: string) =>
    (await share(viewer, cell)).people.some(({ id }) => id === ann.id);
  // Beside her cell, far inside the region, across the region's border.
  const places = ["u9d6d", "u9d60", "u9d3x"];
  const seen = [];
  for (const place of places) seen.push([await sees(ben, place), await sees(spy, place)]);
  expect(seen).toEqual([
    [true, true],
    [false, true],
    [false, false],
  ]);
});
