/** `npm run outbox:replay`: resets dead-lettered outbox rows for delivery, after the cause was fixed. */

import { neonUrls } from "../postgres/neon.ts";
import { openDevDatabase, ownerUrlFromEnvironment, urlFromEnvironment } from "../process/dev-stack.ts";
import { printLine } from "../process/lifetime.ts";
import { replayOutbox } from "./outbox-replay.ts";

async function main(): Promise<number> {
  const serviceUrl = urlFromEnvironment("DATABASE_SERVICE_URL");
  if (serviceUrl !== null) return replayOutbox(serviceUrl);
  const ownerUrl = ownerUrlFromEnvironment();
  // Not openDevDatabase(), which would also run migrations.
  if (ownerUrl !== null) return replayOutbox((await neonUrls(ownerUrl)).serviceUrl);
  const database = await openDevDatabase(() => undefined);
  try {
    return await replayOutbox(database.serviceUrl);
  } finally {
    await database.stop();
  }
}

try {
  const count = await main();
  printLine(
    count === 0
      ? "No outbox row is dead-lettered."
      : `Outbox rows reset for delivery: ${count}. The cron of every minute delivers them.`,
  );
} catch (error) {
  printLine(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
