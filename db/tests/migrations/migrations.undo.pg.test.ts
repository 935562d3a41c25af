import { expect, test } from "vitest";
import { runMigrations } from "../../local/postgres/migrate.ts";
import { withClient } from "../../local/postgres/roles.ts";
import { seedCommunity } from "../../seed/seed.ts";
import { createTestDatabase } from "../../testing/test-database.ts";

/** The whole chain on an empty database is in migrations.pg.test.ts; here people have been using it. */
const database = createTestDatabase();
const ask = (text: string) =>
  withClient(database.serviceUrl, async (client) => (await client.query(text)).rows[0]);

test("chat and presence can be taken back from a database in use, and given again", async () => {
  await seedCommunity(database);
  // Rooms that have not been told yet, and choices that stand only in what goes.
  await ask("update user_settings set presence_audience = 'mutuals', shares_receipts = false");
  expect(
    await ask("select count(*) > 6 as is_so from outbox where topic ~ '^(conversation|presence):'"),
  ).toEqual({
    is_so: true,
  });
  while ((await ask("select to_regclass('conversations') as there"))?.there !== null)
    await runMigrations("rollback", database.ownerUrl);
  expect(
    await ask(
      "select (select count(*)::int from profiles) as people, (select count(*)::int from outbox) as told",
    ),
  ).toEqual({ people: 8, told: 0 });
  await runMigrations("migrate", database.ownerUrl);
  expect(
    await ask(
      "select count(*)::int as people from user_settings where shares_receipts and presence_audience = 'everyone'",
    ),
  ).toEqual({ people: 8 });
});
