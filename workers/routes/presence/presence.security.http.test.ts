import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { enter, newAccount } from "../../../bench/testing/accounts.ts";
import { setRelation } from "../../../bench/testing/api-actions.ts";
import {
  type Answer,
  asPerson,
  newPerson,
  nobody,
  type Person,
  serviceRows,
} from "../../../bench/testing/api-clients.ts";
import { delivered, refused, roundTrips } from "../../../bench/testing/response-assertions.ts";
import { openSocket, refusedUpgrade, USER_ROOM } from "../../../bench/testing/sockets.ts";

const NOTHING = { isOnline: false, lastSeenAt: null };

/** A presence query with this session that names this account. */
const ask = (session: Pick<Person, "cookie">, accountId: string, ids: string[] = []): Promise<Answer> =>
  asPerson(session).post("/api/presence/query", { ids }, { headers: { "X-Plaza-Account": accountId } });

/** Queries until the account's room has stored the session. */
async function waitUntilVerified(session: Pick<Person, "cookie">, accountId: string): Promise<void> {
  await expect.poll(async () => roundTrips(await ask(session, accountId))).toBe(0);
}

async function accountIdOf(session: Pick<Person, "cookie">): Promise<string> {
  return String(Object((await asPerson(session).get("/api/me")).body).id);
}

test.each([
  ["POST", "/api/presence/query", { ids: [] }],
  ["GET", "/api/me/presence", undefined],
  ["PATCH", "/api/me/presence", { audience: "nobody" }],
  ["GET", "/api/nearby", undefined],
  ["PUT", "/api/nearby", { cell: "u4pr" }],
  ["DELETE", "/api/nearby", undefined],
])("%s %s needs a session, whatever account the request names", async (method, path, body) => {
  const ann = await newPerson("Ann");
  await waitUntilVerified(ann, ann.id);
  const headers = { "X-Plaza-Account": ann.id };
  const text = body === undefined ? undefined : JSON.stringify(body);
  refused(await nobody().raw(method, path, text, { headers }), 401, "UNAUTHENTICATED");
});

test("naming another account than the session's is refused", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await serviceRows("update user_settings set presence_audience = 'nobody' where user_id = $1", [ann.id]);
  await openSocket(ann, USER_ROOM);
  await waitUntilVerified(ann, ann.id);
  await expect
    .poll(async () => Object((await ask(ann, ann.id, [ann.id])).body)[ann.id])
    .toMatchObject({ isOnline: true });
  // People always see themselves: a request taken for Ann's would see her.
  for (let n = 0; n < 3; n += 1) {
    const answer = await ask(ben, ann.id, [ann.id]);
    refused(answer, 401, "SESSION_EXPIRED");
    expect(roundTrips(answer)).toBe(1);
  }
  for (const other of [ann.id.toUpperCase(), crypto.randomUUID()])
    refused(await ask(ben, other, [ann.id]), 401, "SESSION_EXPIRED");
  refused(await refusedUpgrade(ben, `${USER_ROOM}?account=${ann.id}`), 401, "SESSION_EXPIRED");
  // A malformed account id is ignored.
  for (const strange of ["x", "", "' or 1=1"])
    expect((await ask(ben, strange, [ann.id])).body).toEqual({ [ann.id]: NOTHING });
});

test("R9: a verified session that is revoked is refused at once, on sockets too", async () => {
  const account = await newAccount();
  const [laptop, phone] = [await enter(account), await enter(account)];
  const id = await accountIdOf(laptop);
  await waitUntilVerified(laptop, id);
  await waitUntilVerified(phone, id);
  expect((await asPerson(laptop).post("/api/auth/sign-out", {})).status).toBe(200);
  await expect.poll(async () => (await ask(laptop, id)).status, { timeout: 1_000 }).toBe(401);
  refused(await ask(laptop, id), 401, "SESSION_EXPIRED");
  refused(await refusedUpgrade(laptop, `${USER_ROOM}?account=${id}`), 401, "SESSION_EXPIRED");
  expect(roundTrips(await ask(phone, id))).toBe(0);
});

test("R9: a password change ends the other devices' verified sessions", async () => {
  const account = await newAccount();
  const [laptop, phone] = [await enter(account), await enter(account)];
  const id = await accountIdOf(phone);
  await waitUntilVerified(phone, id);
  const change = { currentPassword: account.password, newPassword: "a walk by the river" };
  expect((await asPerson(laptop).post("/api/auth/change-password", change)).status).toBe(200);
  await expect.poll(async () => (await ask(phone, id)).status, { timeout: 1_000 }).toBe(401);
});

test("an expired session that was never verified is refused although it names its account", async () => {
  const ann = await newPerson("Ann");
  await serviceRows("update sessions set expires_at = now() where id = $1", [ann.sessionId]);
  refused(await ask(ann, ann.id), 401, "SESSION_EXPIRED");
  refused(await refusedUpgrade(ann, `${USER_ROOM}?account=${ann.id}`), 401, "SESSION_EXPIRED");
});

test("a verified session expires on time", async () => {
  const ann = await newPerson("Ann");
  await serviceRows("update sessions set expires_at = now() + interval '2 seconds' where id = $1", [
    ann.sessionId,
  ]);
  const socket = await openSocket(ann, `${USER_ROOM}?account=${ann.id}`);
  await waitUntilVerified(ann, ann.id);
  expect((await socket.closed).code).toBe(4401);
  refused(await ask(ann, ann.id), 401, "SESSION_EXPIRED");
});

test("R9: a block hides each side's presence from the other at once, in queries, events and nearby; unblocking shows it again", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const subscribe = async (viewer: Person, other: Person) => {
    const socket = await openSocket(viewer, USER_ROOM);
    socket.send(JSON.stringify({ type: "presence.watch", ids: [other.id] }));
    const last = () =>
      socket.signals
        .flatMap((signal) => (signal.type === "presence.changed" ? signal.data.people : []))
        .at(-1);
    return {
      socket,
      is: (isOnline: boolean) => socket.until(() => last()?.isOnline === isOnline, `${isOnline}`),
    };
  };
  const [anns, bens] = [await subscribe(ann, ben), await subscribe(ben, ann)];
  for (const person of [ann, ben]) await asPerson(person).put("/api/nearby", { cell: "u4xsu" });
  const people = async (person: Person) =>
    Object((await asPerson(person).get("/api/nearby")).body)
      .people.map(Object)
      .map(({ id }: Person) => id);
  await Promise.all([anns.is(true), bens.is(true)]);
  expect([await people(ann), await people(ben)]).toEqual([[ben.id], [ann.id]]);
  await setRelation(ann, "block", ben);
  await Promise.all([anns.is(false), bens.is(false)]);
  for (const [viewer, other] of [
    [ann, ben],
    [ben, ann],
  ] as const) {
    expect((await ask(viewer, viewer.id, [other.id])).body).toEqual({ [other.id]: NOTHING });
    expect(await people(viewer)).toEqual([]);
  }
  await setRelation(ann, "block", ben, false);
  await Promise.all([anns.is(true), bens.is(true)]);
  await delivered();
});

test("people with hidden presence are not found nearby", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  for (const person of [ann, ben]) {
    await openSocket(person, USER_ROOM);
    await asPerson(person).put("/api/nearby", { cell: "u6sce" });
  }
  const found = async () => Object((await asPerson(ben).get("/api/nearby")).body).people.length;
  await expect.poll(found).toBe(1);
  await asPerson(ann).patch("/api/me/presence", { audience: "nobody" });
  await expect.poll(found).toBe(0);
});

test("locations are geohash cells only: no response, table, column or URL holds coordinates", async () => {
  const ann = await newPerson("Ann");
  const answers = [
    await asPerson(ann).put("/api/nearby", { cell: "u4pru" }),
    await asPerson(ann).get("/api/nearby"),
    await asPerson(ann).get("/api/nearby?latitude=57.64911&longitude=10.40744"),
  ];
  for (const { text, headers } of answers)
    expect(text + JSON.stringify([...headers])).not.toMatch(/57\.6|10\.40|latitude|longitude|"lat"|"lng"/i);
  const columns = await serviceRows<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public'
       and (column_name ~* '(^|_)(lat|lng|lon|latitude|longitude|geohash|cell|coords?|coordinates|position|location)($|_)'
         or udt_name in ('point', 'geometry', 'geography'))`,
  );
  expect(columns).toEqual([]);
  const rows = await serviceRows<{ found: boolean }>(
    "select exists (select from outbox where data::text ~ 'u4pru') or exists (select from idempotency_keys where answer::text ~ 'u4pru') as found",
  );
  expect(rows).toEqual([{ found: false }]);
  // The cell is sent in a body, never in a URL, which logs store.
  const { paths } = Object((await nobody().get("/api/openapi.json")).body);
  expect(JSON.stringify(Object(paths)["/api/nearby"].get.parameters ?? [])).not.toContain("cell");
});

test("the server's sources name coordinates only in the geohash module", () => {
  const sources = ["party", "workers", "db"].flatMap((folder) =>
    readdirSync(new URL(`../../../${folder}/`, import.meta.url), { recursive: true, encoding: "utf8" })
      // The texts of the demo community are left out.
      .filter((name) => /\.(ts|sql)$/.test(name) && !name.endsWith(".test.ts") && !name.startsWith("seed/"))
      .map((name) => `${folder}/${name}`),
  );
  const named = sources.filter((name) =>
    /latitude|geolocation/i.test(readFileSync(new URL(`../../../${name}`, import.meta.url), "utf8")),
  );
  expect(named).toEqual(["party/protocol/geohash.ts"]);
});
