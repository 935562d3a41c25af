/**
 * R7, R15 after a crash: the Worker dies by SIGKILL in the middle of writes, between commits and deliveries.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type RunningPlaza, startPlaza } from "../../bench/harness/plaza.ts";
import { writePost } from "../../bench/testing/api-actions.ts";
import {
  asPerson,
  newPerson,
  serviceRows,
  type Target,
  TEST_SECRET,
} from "../../bench/testing/api-clients.ts";
import { openSocket, USER_ROOM } from "../../bench/testing/sockets.ts";
import { createIsolatedDatabase, type IsolatedDatabase } from "../../db/local/postgres/database.ts";
import { notificationViewSchema } from "../../db/views/notification.view.ts";

const KILLS = 4;
const WRITES = 120;
/** R7: at most 90 s after a crash. The drainer leaves new rows to their own Worker, here dead, for 5 s. */
const REDELIVERED_WITHIN_MS = 30_000;

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

const waiting = async () =>
  await serviceRows<{ id: string; type: string }>("select id, type from outbox", [], at);

test("R7, R15: every committed notification reaches its owner's log exactly once, whenever the Worker dies", async () => {
  const owners = [await newPerson("Ann", at), await newPerson("Ben", at), await newPerson("Cem", at)];
  const guests = await Promise.all(Array.from({ length: 6 }, (_, i) => newPerson(`Guest ${i}`, at)));
  const fixtures = await Promise.all(
    owners.map(async (owner) => {
      const socket = await openSocket(owner, USER_ROOM, { target: at });
      return { owner, post: await writePost(owner, {}, at), welcome: await socket.frame("room.welcome") };
    }),
  );
  const answered: string[] = [];
  let leftBehind = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    let done = 0;
    const enough = Promise.withResolvers<void>();
    const writes = Array.from({ length: WRITES }, async (_, i) => {
      const [guest, fixture] = [guests[i % guests.length], fixtures[i % fixtures.length]];
      if (!guest || !fixture) throw new Error("unreachable: no person");
      try {
        const answer = await asPerson(guest, at).post(`/api/posts/${fixture.post.id}/comments`, {
          body: `${kill}.${i}`,
        });
        if (answer.status === 201) answered.push(Object(answer.body).id);
      } catch {
        // The connection died with the Worker; the database shows whether the write was committed.
      }
      done += 1;
      if (done === 10 + kill * 15) enough.resolve();
    });
    await enough.promise;
    await plaza.kill();
    await Promise.all(writes);
    leftBehind += (await waiting()).length;
    await plaza.restart();
  }
  // Some kill must have come between a commit and its delivery, or the test proves nothing.
  expect(leftBehind).toBeGreaterThan(0);
  const deadline = Date.now() + REDELIVERED_WITHIN_MS;
  while ((await waiting()).length > 0 && Date.now() < deadline) {
    await plaza.runCron();
    await sleep(500);
  }
  expect(await waiting()).toEqual([]);

  const kept = await serviceRows<{ id: string }>("select id from comments", [], at);
  const keptIds = new Set(kept.map(({ id }) => id));
  expect(
    answered.filter((id) => !keptIds.has(id)),
    "R1: acknowledged and lost",
  ).toEqual([]);
  for (const { owner, post, welcome } of fixtures) {
    const socket = await openSocket(owner, `${USER_ROOM}?epoch=${welcome.epoch}&seq=${welcome.seq}`, {
      target: at,
    });
    const gap = await socket.frame("room.gap");
    const received = socket
      .received("notification.created")
      .map((data) => notificationViewSchema.parse(data).id);
    const rows = await serviceRows<{ id: string }>(
      "select id from notifications where user_id = $1 order by id",
      [owner.id],
      at,
    );
    expect([...received].sort()).toEqual(rows.map(({ id }) => id));
    expect(gap.events.at(-1)?.seq).toBe(gap.seq);
    const [counts] = await serviceRows<{ unread: number; comments: number; real: number }>(
      `select n.unread, s.comments, (select count(*)::int from comments c where c.post_id = s.post_id) as real
       from notification_counts n, post_stats s where n.user_id = $1 and s.post_id = $2`,
      [owner.id, post.id],
      at,
    );
    expect(counts).toEqual({ unread: rows.length, comments: rows.length, real: rows.length });
    expect(socket.received("unread.changed").at(-1)).toMatchObject({ unread: rows.length });
  }
});
