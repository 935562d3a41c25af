import { beforeAll, describe, expect, test } from "vitest";
import { findPeople } from "../../reads/profiles.reads.ts";
import { createConversationFixture } from "../../testing/conversation-fixtures.ts";
import { createDatabaseFixture, type Person, sqlStateOf } from "../../testing/fixtures.ts";
import { explainNestedStatements } from "../../testing/query-plans.ts";

/** People search by name and handle. */
const fixture = createDatabaseFixture();
const conversations = createConversationFixture(fixture);
const STRANGERS = 5_000;

const rename = (who: Person, name: string) =>
  fixture.queryAsService("update profiles set name = $2 where user_id = $1", [who.id, name]);
const follow = (who: Person, other: Person) =>
  fixture.queryAs(who, "insert into user_follows (follower_id, following_id) values ($1, $2)", [
    who.id,
    other.id,
  ]);
const found = async (who: Person | null, words: string): Promise<string[]> => {
  const { results } = await fixture.client().asViewer(who?.token ?? null, [findPeople(words)]);
  return results[0].map((row) => row.view.id);
};

let me: Person;
let berzins: Person;
beforeAll(async () => {
  [me, berzins] = await fixture.insertPeople("me", "annb");
  await rename(berzins, "Ann Bērziņš-Kalniņa");
  const superuser = await fixture.openSuperuserTransaction();
  // Without triggers, for speed: these tests only read.
  await superuser.query("set local session_replication_role = replica");
  await superuser.query(
    `with made as (
       insert into users (name, handle, email, birth_date)
       select 'x', handle, handle || '@plaza.example', '1990-05-17'
       from (select 'many' || to_char(n, 'FM00000') as handle from generate_series(1, $1::int) n) handles
       returning id, handle)
     insert into profiles (user_id, handle, name) select id, handle, 'Somebody ' || handle from made`,
    [STRANGERS],
  );
  await superuser.query("commit");
  await superuser.query("analyze profiles");
});

describe("a stranger is found", () => {
  test.each([
    ["the beginning of the handle", () => berzins.handle.slice(0, 4)],
    ["the handle with its sign, in capitals", () => `@${berzins.handle.toUpperCase()}`],
    ["the beginning of the second name", () => "berz"],
    ["the name without its accents", () => "Ann Berzins"],
    ["the name with them", () => "bērziņš"],
    ["the words in another order", () => "berzins ann"],
    ["the far half of a double name", () => "kalnin"],
  ])("by %s", async (_, words) => {
    expect(await found(me, words())).toEqual([berzins.id]);
  });

  test.each(["", " ", "@", "'", "&|!():*<->", "ann zzz", "erzins", "{", "\\", "x".repeat(60)])(
    "not by %j",
    async (words) => {
      expect(await found(me, words)).toEqual([]);
    },
  );
});

test("the exact handle comes first, then accounts with a conversation, then followed ones, then all others", async () => {
  const [viewer, far, followed, written, exact] = await fixture.insertPeople(
    "viewer",
    "ofar",
    "ofol",
    "owri",
    "oex",
  );
  for (const person of [far, followed, written, exact]) await rename(person, "Ona Onaitė");
  await follow(viewer, followed);
  const id = await conversations.open(viewer, [written]);
  await conversations.storeMessage(id, viewer, "Labas");
  expect(await found(viewer, "onait")).toEqual([written.id, followed.id, exact.id, far.id]);
  await rename(written, exact.handle);
  expect(await found(viewer, exact.handle)).toEqual([exact.id, written.id]);
});

test("an empty query returns accounts with a conversation and followed ones only", async () => {
  const [viewer, followed, written, silent] = await fixture.insertPeople(
    "viewer",
    "followed",
    "written",
    "silent",
  );
  expect(await found(viewer, "")).toEqual([]);
  await follow(viewer, followed);
  await conversations.storeMessage(await conversations.open(viewer, [written]), viewer, "Labas");
  // A conversation without messages.
  await conversations.open(viewer, [silent]);
  expect(await found(viewer, "")).toEqual([written.id, followed.id]);
});

describe("no account is found", () => {
  test("across a block in either direction", async () => {
    const [viewer, blocker, blocked] = await fixture.insertPeople("viewer", "blocker", "blocked");
    for (const person of [blocker, blocked]) {
      await rename(person, "Ugnė Blokaitė");
      await conversations.storeMessage(await conversations.open(viewer, [person]), viewer, "Labas");
    }
    expect(await found(viewer, "blokait")).toHaveLength(2);
    await conversations.block(blocker, viewer);
    await conversations.block(viewer, blocked);
    for (const words of ["blokait", blocker.handle, blocked.handle, ""])
      expect(await found(viewer, words)).toEqual([]);
  });

  test("when signed out", async () => {
    expect(await found(null, "berz")).toEqual([]);
    expect(await sqlStateOf(fixture.queryAsService("select app.find_people('berz', 10)"))).toBe("42501");
  });

  test("that is the viewer", async () => {
    expect(await found(me, me.handle)).toEqual([]);
  });
});

test("a temporary table with the name of a table in the function does not reveal blocked accounts", async () => {
  const [viewer, other] = await fixture.insertPeople("viewer", "other");
  await conversations.block(other, viewer);
  const rows = await fixture.transactionAs(
    viewer,
    async (client) => {
      await client.query("create temporary table blocks (blocker_id uuid, blocked_id uuid)");
      return (await client.query("select from app.find_people($1, 10)", [other.handle])).rows;
    },
    { isRolledBack: true },
  );
  expect(rows).toEqual([]);
});

test("returns at most one list, whatever limit is requested", async () => {
  const rows = await fixture.queryAs(me, "select from app.find_people('somebody', 1000000)");
  expect(rows).toHaveLength(50);
});

test("names and handles are looked up by index", async () => {
  const { rows, plans } = await explainNestedStatements(fixture, me, findPeople("many0123"));
  expect(rows.length).toBeGreaterThan(5);
  expect(plans).toContain("Bitmap Index Scan on profiles_name_words");
  expect(plans).toMatch(/Index (Only )?Scan using profiles_handle_prefix/);
  expect(plans).not.toContain("Seq Scan on profiles");
});
