import { expect, test } from "vitest";
import { createTestDatabase } from "../../testing/test-database.ts";
import { runDbmate } from "./migrate.ts";
import { withClient } from "./roles.ts";

const database = createTestDatabase();

test("a migration that would wait for a lock gives up after a second, unless told otherwise", async () => {
  await withClient(database.ownerUrl, async (client) => {
    await client.query("begin");
    await client.query("lock table schema_migrations in access exclusive mode");
    await expect(runDbmate("migrate", database.ownerUrl)).rejects.toThrow("lock timeout");

    const patient = runDbmate("migrate", `${database.ownerUrl}?options=-c%20lock_timeout=15s`);
    const first = await Promise.race([
      patient.then(() => "done"),
      new Promise((resolve) => setTimeout(resolve, 2_000, "waits")),
    ]);
    expect(first).toBe("waits");
    await client.query("commit");
    await patient;
  });
});

test("a connection string as Neon shows it is understood", async () => {
  expect(await runDbmate("status", `${database.ownerUrl}?channel_binding=require`)).toContain("Pending: 0");
});
