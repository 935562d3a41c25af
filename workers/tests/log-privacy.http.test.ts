/**
 * M7: queries fail while tables are locked, and when the database refuses connections. No parameter of a query is
 * in the Worker's logs: no token, hash or address.
 */
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type RunningPlaza, startPlaza } from "../../bench/harness/plaza.ts";
import { confirm, enter, newAccount, newSignUp, signIn, signUp } from "../../bench/testing/accounts.ts";
import { asPerson, newPerson, nobody, type Target, TEST_SECRET } from "../../bench/testing/api-clients.ts";
import { createIsolatedDatabase, type IsolatedDatabase } from "../../db/local/postgres/database.ts";

let database: IsolatedDatabase;
let plaza: RunningPlaza;
let at: Target;

beforeAll(async () => {
  database = await createIsolatedDatabase(inject("server"));
  plaza = await startPlaza({ database, rateLimitFactor: 10_000, variables: { AUTH_SECRET: TEST_SECRET } });
  at = { url: plaza.url, database };
});
afterAll(async () => {
  await plaza?.stop();
  await database?.drop();
});

const TABLES = ["sessions", "auth_accounts", "users", "sign_ups", "verifications", "auth_limits", "posts"];

test("S logs: with every table of accounts locked, no log has a token, a password, a hash or an address", async () => {
  const account = await newAccount({}, at);
  const person = await enter(account, at);
  const reader = await newPerson("Ben", at);
  const fresh = newSignUp();
  const resetToken = "reset-token-4711-reset-token";
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(`begin; lock table ${TABLES.join(", ")} in access exclusive mode`);
  const cookieToken = decodeURIComponent(person.cookie).split(/[=.]/)[2] ?? "";
  const readerToken = decodeURIComponent(reader.cookie).split(/[=.]/)[2] ?? "";
  expect(cookieToken.length).toBeGreaterThan(20);
  const answers = await Promise.all([
    signIn(account, at),
    signUp(fresh, at),
    confirm("confirm-token-4711", account.password, at),
    nobody(at).post("/api/auth/request-password-reset", { email: account.email }),
    nobody(at).post("/api/auth/reset-password", { token: resetToken, newPassword: "a walk by the river" }),
    asPerson(person, at).post("/api/auth/sign-out", {}),
    asPerson(person, at).post("/api/auth/change-password", {
      currentPassword: account.password,
      newPassword: "a walk by the river",
    }),
    asPerson(reader, at).get("/api/me"),
    asPerson(reader, at).post("/api/posts", { kind: "post", body: "words-4711-words" }),
  ]);
  await owner.query("rollback");
  await owner.end();
  for (const answer of answers) {
    expect(answer.status, answer.text).toBe(503);
    expect(answer.text).not.toMatch(/select |insert |update |delete |params/i);
  }
  const logs = plaza.logs.map(({ message }) => message).join("\n");
  expect(logs).toContain("SQLSTATE");
  const secrets = [
    cookieToken,
    readerToken,
    account.email,
    account.handle,
    account.password,
    fresh.email,
    fresh.password,
    fresh.handle,
    resetToken,
    "confirm-token-4711",
    "words-4711-words",
    person.id,
    reader.id,
  ];
  for (const secret of secrets) expect(logs).not.toContain(secret);
  expect(logs).not.toMatch(/params:|Failed query/);
});
