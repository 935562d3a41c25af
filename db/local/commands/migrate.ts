/** `npm run db:migrate`, `npm run db:rollback`, `npm run db:status`. */

import { type MigrateCommand, runMigrations } from "../postgres/migrate.ts";
import { findOwnerUrl, openDevDatabase } from "../process/dev-stack.ts";
import { say } from "../process/lifetime.ts";

const command = process.argv[2];

async function main(wanted: MigrateCommand): Promise<void> {
  const ownerUrl = await findOwnerUrl();
  if (ownerUrl !== null) return say(await runMigrations(wanted, ownerUrl));
  // No database given and none running: start this checkout's own for the moment.
  const database = await openDevDatabase(() => undefined);
  try {
    say(await runMigrations(wanted, database.ownerUrl));
  } finally {
    await database.stop();
  }
}

try {
  if (command !== "migrate" && command !== "rollback" && command !== "status") {
    throw new Error("Usage: node db/local/commands/migrate.ts migrate|rollback|status");
  }
  await main(command);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
