/** `npm run db:migrate`, `npm run db:rollback`, `npm run db:status`. */

import { type MigrateCommand, runMigrations } from "../postgres/migrate.ts";
import { findOwnerUrl, openDevDatabase } from "../process/dev-stack.ts";
import { printLine } from "../process/lifetime.ts";

const command = process.argv[2];

async function main(wanted: MigrateCommand): Promise<void> {
  const ownerUrl = await findOwnerUrl();
  if (ownerUrl !== null) return printLine(await runMigrations(wanted, ownerUrl));
  // Without a URL and without a running database: start the embedded one for this command.
  const database = await openDevDatabase(() => undefined);
  try {
    printLine(await runMigrations(wanted, database.ownerUrl));
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
  printLine(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
