import { expect, test } from "vitest";
import { runMigrations } from "../../local/postgres/migrate.ts";
import { withClient } from "../../local/postgres/roles.ts";
import { seedCommunity } from "../../seed/seed.ts";
import { createTestDatabase } from "../../testing/test-database.ts";

/** Rollback on a database with data. migrations.pg.test.ts runs the whole chain on an empty one. */
const database = createTestDatabase();
const queryFirst = (text: string) =>
  withClient(database.serviceUrl, async (client) => (await client.query(text)).rows[0]);

test("chat and presence migrations can be rolled back on a database with data, and applied again", async () => {
  await seedCommunity(database);
  // Undelivered outbox rows for rooms, and settings in columns that the rollback drops.
  await queryFirst("update user_settings set presence_audience = 'chosen', shares_receipts = false");
  expect(
    await queryFirst("select count(*) > 6 as is_so from outbox where topic ~ '^(conversation|presence):'"),
  ).toEqual({
    is_so: true,
  });
  while ((await queryFirst("select to_regclass('conversations') as found"))?.found !== null)
    await runMigrations("rollback", database.ownerUrl);
  expect(
    await queryFirst(
      "select (select count(*)::int from profiles) as people, (select count(*)::int from outbox) as outbox_rows",
    ),
  ).toEqual({ people: 8, outbox_rows: 0 });
  await runMigrations("migrate", database.ownerUrl);
  expect(
    await queryFirst(
      "select count(*)::int as people from user_settings where shares_receipts and presence_audience = 'everyone'",
    ),
  ).toEqual({ people: 8 });
});
