import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase } from "../../testing/test-database.ts";
import { runMigrations } from "./migrate.ts";
import { withClient } from "./roles.ts";

const migrated = createTestDatabase();
const empty = createTestDatabase({ isEmpty: true });
let dir = "";

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "plaza-migrations-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
  await query("drop schema public cascade; create schema public");
});

const FIRST = "20260101000000_first.sql";
const SECOND = "20260102000000_second.sql";
const write = (name: string, up: string, down = "select 1;", option = "") =>
  writeFile(
    join(dir, name),
    `-- A migration.\n\n-- migrate:up${option}\n${up}\n\n-- migrate:down\n${down}\n`,
  );
const query = (text: string) => withClient(empty.ownerUrl, async (client) => (await client.query(text)).rows);
const run = (command: "migrate" | "rollback" | "status") => runMigrations(command, empty.ownerUrl, dir);
const recordedVersions = async () =>
  (await query("select version from schema_migrations order by version")).map(({ version }) => version);

test("migrate applies what is pending, status lists it, rollback reverts the newest", async () => {
  await write(FIRST, "create table one ();", "drop table one;");
  expect(await run("status")).toBe(`[ ] ${FIRST}\n\nApplied: 0\nPending: 1`);
  expect(await query("select to_regclass('schema_migrations') as table")).toEqual([{ table: null }]);
  expect(await run("migrate")).toMatch(/^Applied 20260101000000_first\.sql in \d+ ms$/);

  await write(SECOND, "create table two ();", "drop table two;");
  expect(await run("status")).toBe(`[X] ${FIRST}\n[ ] ${SECOND}\n\nApplied: 1\nPending: 1`);
  expect(await run("migrate")).toMatch(/^Applied 20260102000000_second\.sql in \d+ ms$/);
  expect(await run("migrate")).toBe("No pending migrations.");

  expect(await run("rollback")).toMatch(/^Rolled back 20260102000000_second\.sql in \d+ ms$/);
  expect(await query("select to_regclass('one')::text as one, to_regclass('two')::text as two")).toEqual([
    { one: "one", two: null },
  ]);
  await run("rollback");
  await expect(run("rollback")).rejects.toThrow("No migration has been applied");
});

test("a failing migration is rolled back whole; the error has its name, its line and Postgres's message", async () => {
  await write(FIRST, "create table one ();");
  await write(SECOND, "create table two (at text);\ninsert into two\n  select now_and_then();");
  const error: unknown = await run("migrate").catch((reason: unknown) => reason);
  expect(String(error)).toMatch(
    /Applied 20260101000000_first\.sql in \d+ ms\nMigration 20260102000000_second\.sql \(up, line 6\) was rolled back: function now_and_then\(\) does not exist \(42883\)\n {2}hint: /,
  );
  expect(await query("select to_regclass('two') as two")).toEqual([{ two: null }]);
  expect(await recordedVersions()).toEqual(["20260101000000"]);

  await write(SECOND, "create table two ();", "drop table three;");
  await run("migrate");
  await expect(run("rollback")).rejects.toThrow(
    `Migration ${SECOND} (down) was rolled back: table "three" does not exist (42P01)`,
  );
  expect(await recordedVersions()).toEqual(["20260101000000", "20260102000000"]);
});

test("transaction:false runs a statement that Postgres refuses inside a transaction", async () => {
  await write(FIRST, "create table one (id int);");
  await write(
    SECOND,
    "create index concurrently one_id on one (id);",
    "drop index one_id;",
    " transaction:false",
  );
  await run("migrate");
  expect(await query("select to_regclass('one_id')::text as index")).toEqual([{ index: "one_id" }]);
  expect(await recordedVersions()).toEqual(["20260101000000", "20260102000000"]);
});

test("runs at the same time apply each migration once", async () => {
  await write(FIRST, "create table one (); select pg_sleep(0.3);");
  await write(SECOND, "create table two ();");
  const outputs = await Promise.all([run("migrate"), run("migrate"), run("migrate")]);
  expect(outputs.filter((output) => output === "No pending migrations.")).toHaveLength(2);
  expect(await recordedVersions()).toEqual(["20260101000000", "20260102000000"]);
});

test("a database that dbmate has migrated continues where it stands", async () => {
  await query("create table one (); create table schema_migrations (version varchar(128) primary key)");
  await query("insert into schema_migrations values ('20260101000000')");
  await write(FIRST, "create table one ();", "drop table one;");
  await write(SECOND, "create table two ();", "drop table two;");
  expect(await run("status")).toContain("Applied: 1\nPending: 1");
  await run("migrate");
  await run("rollback");
  await run("rollback");
  expect(await recordedVersions()).toEqual([]);
  expect(await query("select to_regclass('one') as one")).toEqual([{ one: null }]);
});

test("a recorded migration without a file is ignored by migrate and refused by rollback", async () => {
  await write(FIRST, "create table one ();");
  await write(SECOND, "create table two ();");
  await run("migrate");
  await rm(join(dir, SECOND));
  expect(await run("migrate")).toBe("No pending migrations.");
  expect(await run("status")).toContain("[X] 20260102000000 (no file)");
  await expect(run("rollback")).rejects.toThrow("20260102000000, has no file in this checkout");
});

test("two migrations with one timestamp are refused", async () => {
  await write("20260101000000_a.sql", "select 1;");
  await write("20260101000000_b.sql", "select 1;");
  await expect(run("migrate")).rejects.toThrow("have the same timestamp");
});

test("a migration that waits for a lock fails after one second, unless the URL has a longer lock_timeout", async () => {
  await withClient(migrated.ownerUrl, async (client) => {
    await client.query("begin");
    await client.query("lock table schema_migrations in access exclusive mode");
    await expect(runMigrations("migrate", migrated.ownerUrl)).rejects.toThrow("lock timeout");

    const patient = runMigrations("migrate", `${migrated.ownerUrl}?options=-c%20lock_timeout=15s`);
    const first = await Promise.race([
      patient.then(() => "done"),
      new Promise((resolve) => setTimeout(resolve, 2_000, "waits")),
    ]);
    expect(first).toBe("waits");
    await client.query("commit");
    await patient;
  });
});

test("a connection string with Neon's channel_binding works", async () => {
  const output = await runMigrations("status", `${migrated.ownerUrl}?channel_binding=require`);
  expect(output).toContain("Pending: 0");
});

test("a server that cannot be reached is named as the reason", async () => {
  await expect(runMigrations("status", "postgresql://o:p@localhost:1/plaza")).rejects.toThrow(/ECONNREFUSED/);
});
