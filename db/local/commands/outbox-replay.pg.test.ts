import { expect, test } from "vitest";
import { createTestDatabase } from "../../testing/test-database.ts";
import { withClient } from "../postgres/roles.ts";
import { replayOutbox } from "./outbox-replay.ts";

const database = createTestDatabase();

test("resets dead-lettered rows to be due at once with no attempts, and does not change others", async () => {
  await withClient(database.serviceUrl, async (client) => {
    await client.query(`insert into outbox (topic, type, data, attempts, dead_lettered_at, next_attempt_at) values
      ('user:00000000-0000-7000-8000-000000000001', 'dead', '{}', 10, now() - interval '1 hour', now() + interval '1 hour'),
      ('user:00000000-0000-7000-8000-000000000002', 'dead', '{}', 10, now() - interval '1 day', now() + interval '1 hour'),
      ('user:00000000-0000-7000-8000-000000000003', 'waiting', '{}', 3, null, now() + interval '1 hour')`);
  });

  expect(await replayOutbox(database.serviceUrl)).toBe(2);

  const rows = await withClient(database.serviceUrl, async (client) => {
    const query = `select type, attempts, dead_lettered_at is null as free, next_attempt_at <= now() as due from outbox order by topic`;
    return (await client.query(query)).rows;
  });
  const replayed = { type: "dead", attempts: 0, free: true, due: true };
  expect(rows).toEqual([replayed, replayed, { type: "waiting", attempts: 3, free: true, due: false }]);
  expect(await replayOutbox(database.serviceUrl)).toBe(0);
});
