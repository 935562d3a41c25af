/** `npm run outbox:replay`: after the cause is mended, parked events get another try. */

import { neonUrls } from "../postgres/neon.ts";
import { givenOwnerUrl, givenUrl, openDevDatabase } from "../process/dev-stack.ts";
import { say } from "../process/lifetime.ts";
import { replayOutbox } from "./outbox-replay.ts";

async function main(): Promise<number> {
  const serviceUrl = givenUrl("DATABASE_SERVICE_URL");
  if (serviceUrl !== null) return replayOutbox(serviceUrl);
  const ownerUrl = givenOwnerUrl();
  // Not the rig's way, which would migrate as well.
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
  say(
    count === 0
      ? "Nothing is parked."
      : `Parked events that get another try: ${count}. The minute's cron delivers them.`,
  );
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
