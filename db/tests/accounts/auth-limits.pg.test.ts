/** The limits of mails per address, and the waits between wrong passwords. */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createDatabaseFixture } from "../../testing/fixtures.ts";
import {
  insertSignUp,
  renewSignUp,
  signInSucceeded,
  takeResetMail,
  takeSignIn,
} from "../../writes/accounts.writes.ts";

const fixture = createDatabaseFixture();

const mail = async (address: string, client: string) =>
  (await fixture.client().asService([takeResetMail(address, client)]))[0][0]?.wait ?? -1;
const attempt = async (address: string, client: string) =>
  (await fixture.client().asService([takeSignIn(address, client)]))[0][0]?.wait ?? -1;
const succeed = (address: string, client: string) =>
  fixture.client().asService([signInSucceeded(address, client)]);
/** Moves the clock of every counter back. */
const pass = (interval: string) =>
  fixture.queryAsService(
    `update auth_limits set since = since - interval '${interval}', blocked_until = blocked_until - interval '${interval}', succeeded_at = succeeded_at - interval '${interval}'`,
  );

test("an address gets four mails an hour through one client and six in all; refused ones are not counted", async () => {
  for (let count = 1; count <= 4; count += 1) expect(await mail("a", "one")).toBe(0);
  for (let count = 1; count <= 9; count += 1) expect(await mail("a", "one")).toBeGreaterThan(3_500);
  expect([await mail("a", "two"), await mail("a", "two")]).toEqual([0, 0]);
  expect(await mail("a", "three")).toBeGreaterThan(3_500);
  expect(await mail("b", "one")).toBe(0);
  await pass("61 minutes");
  expect(await mail("a", "one")).toBe(0);
});

const signUp = async (handle: string, email: string, client: string) => {
  const id = randomUUID();
  const [[row]] = await fixture.client().asService([
    insertSignUp({
      id,
      tokenHash: randomUUID(),
      name: "Ona",
      handle,
      email,
      birthDate: "1990-05-17",
      password: "hash",
      client,
    }),
  ]);
  return { id, ...row };
};
const digest = async (email: string) =>
  (
    await fixture.queryAsService<{ digest: string }>(
      "select encode(sha256(convert_to($1, 'UTF8')), 'base64') as digest",
      [email],
    )
  )[0]?.digest ?? "";

test("mails of sign-ups and new links do not use up the mails to reset a password", async () => {
  const email = "al_kinds@example.com";
  let last = "";
  for (let count = 1; count <= 6; count += 1) {
    const { id, ...row } = await signUp(`al_kinds_${count}`, email, `client ${count}`);
    expect(row).toEqual({ wait: 0, held: true, stored: true });
    last = id;
  }
  expect((await signUp("al_kinds_7", email, "client 7")).wait).toBeGreaterThan(3_500);
  const [[renewed]] = await fixture.client().asService([renewSignUp(last, randomUUID(), "client 8")]);
  expect(renewed?.email).toBe(email);
  expect(await mail(await digest(email), "client 9")).toBe(0);
});

test("a sign-up above the limit stores nothing and neither reserves a handle nor extends its reservation", async () => {
  const email = "al_above@example.com";
  for (let count = 1; count <= 4; count += 1) await signUp("al_above", email, "one");
  const reservations = () =>
    fixture.queryAsService(
      "select identifier, expires_at from verifications where identifier like 'handle:al_above%'",
    );
  const before = await reservations();
  expect(before).toHaveLength(1);
  for (const handle of ["al_above", "al_above_2"]) {
    const { wait, held, stored } = await signUp(handle, email, "one");
    expect(wait).toBeGreaterThan(3_500);
    expect([held, stored]).toEqual([false, false]);
  }
  expect(await reservations()).toEqual(before);
  expect(await fixture.queryAsService("select from sign_ups where email = $1", [email])).toHaveLength(4);
});

test("a sign-up whose handle is taken counts no mail", async () => {
  await signUp("al_taken", "al_holder@example.com", "one");
  for (let count = 1; count <= 9; count += 1)
    expect(await signUp("al_taken", "al_victim@example.com", "one")).toMatchObject({ wait: 0, held: false });
  expect(await signUp("al_victim", "al_victim@example.com", "one")).toMatchObject({ wait: 0, stored: true });
});

test("concurrent requests for mails are counted one by one", async () => {
  const waits = await Promise.all(
    Array.from({ length: 20 }, (_, index) => mail("busy", `client ${index % 10}`)),
  );
  expect(waits.filter((wait) => wait === 0)).toHaveLength(6);
});

test("after five wrong passwords a client waits 30 s, then twice as long after each, up to an hour", async () => {
  for (let count = 1; count <= 5; count += 1) expect(await attempt("guessed", "one")).toBe(0);
  const waits = [];
  for (let count = 1; count <= 9; count += 1) {
    const wait = await attempt("guessed", "one");
    waits.push(wait);
    await fixture.queryAsService(
      "update auth_limits set blocked_until = now() where key = 'sign-in guessed one'",
    );
    expect(await attempt("guessed", "one")).toBe(0);
  }
  expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
  // Another client and another account are not affected.
  expect([await attempt("guessed", "two"), await attempt("other", "one")]).toEqual([0, 0]);
  await pass("1 day");
  expect(await attempt("guessed", "one")).toBe(0);
});

test("a right password ends the waits of its client", async () => {
  for (let count = 1; count <= 4; count += 1) await attempt("right", "one");
  await succeed("right", "one");
  for (let count = 1; count <= 5; count += 1) expect(await attempt("right", "one")).toBe(0);
});

test("after a reset of the password its client waits no more, though it never tried a password or many others fail", async () => {
  for (let count = 1; count <= 50; count += 1) await attempt("was reset", `bot ${count}`);
  expect(await attempt("was reset", "new phone")).toBeGreaterThan(0);
  await succeed("was reset", "new phone");
  await succeed("was reset", "new laptop");
  expect([await attempt("was reset", "new phone"), await attempt("was reset", "new laptop")]).toEqual([0, 0]);
});

test("many clients cannot share the work of guessing, and never lock out a client of the owner", async () => {
  await attempt("owned", "home");
  await succeed("owned", "home");
  for (let count = 1; count <= 50; count += 1) expect(await attempt("owned", `bot ${count}`)).toBe(0);
  expect(await attempt("owned", "bot 51")).toBeGreaterThan(0);
  expect(await attempt("owned", "home")).toBe(0);
});

test("concurrent guesses are counted before any password is checked", async () => {
  const waits = await Promise.all(Array.from({ length: 20 }, () => attempt("at once", "one")));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
});

test("no key contains an address", async () => {
  const keys = await fixture.queryAsService<{ key: string }>(
    "select key from auth_limits where key like '%@%'",
  );
  expect(keys).toEqual([]);
});
