/** A Plaza with production's rate limits and without the development mailbox. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type RunningPlaza, startPlaza } from "../../bench/harness/plaza.ts";
import { writePost } from "../../bench/testing/api-actions.ts";
import {
  type Answer,
  asPerson,
  newPerson,
  nobody,
  serviceRows,
  type Target,
  TEST_SECRET,
} from "../../bench/testing/api-clients.ts";
import { newPair, readAll, textsOf, trySendMessage } from "../../bench/testing/conversation-actions.ts";
import { refused } from "../../bench/testing/response-assertions.ts";
import { createIsolatedDatabase, type IsolatedDatabase } from "../../db/local/postgres/database.ts";

let database: IsolatedDatabase;
let plaza: RunningPlaza;
let at: Target;

beforeAll(async () => {
  database = await createIsolatedDatabase(inject("server"));
  plaza = await startPlaza({ database, variables: { AUTH_SECRET: TEST_SECRET, DEV_MAILBOX: "0" } });
  at = { url: plaza.url, database };
});
afterAll(async () => {
  await plaza?.stop();
  await database?.drop();
});

/** Twenty at a time: more would test the load on Postgres, which another test does. */
async function burst(count: number, send: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  const lane = async () => {
    while (answers.length < count) answers.push(await send());
  };
  await Promise.all(Array.from({ length: 20 }, lane));
  return answers;
}

function refusedSome(answers: Answer[], retryAfterS: number): Answer[] {
  const limited = answers.filter(({ status }) => status === 429);
  expect(limited.length).toBeGreaterThan(0);
  for (const answer of limited) {
    refused(answer, 429, "RATE_LIMITED");
    expect(answer.headers.get("retry-after")).toBe(String(retryAfterS));
  }
  return limited;
}

test("without DEV_MAILBOX there is no mailbox", async () => {
  const ann = await newPerson("Ann", at);
  for (const path of ["/api/dev/mailbox", `/api/dev/mailbox/${crypto.randomUUID()}`]) {
    refused(await asPerson(ann, at).get(path), 404, "NOT_FOUND");
  }
});

test("S consumption: a burst of writes is cut off with Retry-After; accepted writes happened, refused ones did not", async () => {
  const [ann, ben] = [await newPerson("Ann", at), await newPerson("Ben", at)];
  // The limiter's windows follow the clock: a burst of more than two windows' worth is always cut off.
  const answers = await burst(220, () => asPerson(ann, at).post("/api/posts", { kind: "post", body: "x" }));
  refusedSome(answers, 10);
  const made = answers.filter(({ status }) => status === 201).length;
  expect(made).toBeGreaterThanOrEqual(100);
  expect(await serviceRows("select from posts where author_id = $1", [ann.id], at)).toHaveLength(made);
  // Other callers are not affected.
  await writePost(ben, {}, at);
});

test("S consumption: a burst of messages over HTTP is cut off like other writes; accepted messages are stored", async () => {
  const { ann, ben, id } = await newPair(at);
  const send = () => trySendMessage(ann, id, "x", {}, at);
  const answers = await burst(220, send);
  refusedSome(answers, 10);
  const accepted = answers.filter(({ status }) => status === 201).length;
  // Opening the conversation was a write too.
  expect(accepted).toBeGreaterThanOrEqual(99);
  expect(textsOf(await readAll(ben, id, { target: at }))).toHaveLength(accepted);
});

test("S consumption: a burst of reads is cut off, with or without a session", async () => {
  const ann = await newPerson("Ann", at);
  refusedSome(await burst(820, () => asPerson(ann, at).get("/api/notifications/unread-count")), 10);
  refusedSome(await burst(820, () => nobody(at).get("/api/handles/some_handle")), 10);
});

test("S sensitive flows: password guesses and sign-ups are limited per client address, whatever the account", async () => {
  // Not an object, and so refused before a password is hashed: 245 hashes might take longer than the minute.
  refusedSome(await burst(245, () => nobody(at).post("/api/auth/sign-in/email", [])), 60);
  refusedSome(await burst(45, () => nobody(at).post("/api/auth/sign-up/email", {})), 60);
  refusedSome(await burst(45, () => nobody(at).post("/api/auth/request-password-reset", {})), 60);
});
