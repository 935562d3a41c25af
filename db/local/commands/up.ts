/** `npm run db:up`: the database and its wire alone, in the foreground, for `npx wrangler dev` and for psql. */

import { openDevDatabase, writeDevVars } from "../process/dev-stack.ts";
import { runUntilStopped, say } from "../process/lifetime.ts";
import { seedIfEmpty } from "./seed-guard.ts";

runUntilStopped(async (onStop) => {
  const database = await openDevDatabase((line) => say(`  - ${line}`));
  onStop(() => database.stop());
  if (await seedIfEmpty(database)) say("  - a demo community, because the database was empty");
  await writeDevVars(database);
  if (database.kind !== "embedded") {
    throw new Error("Nothing to run: the database runs elsewhere already. .dev.vars is written.");
  }
  say(`\nThe database runs; .dev.vars is written. Ctrl-C stops it.\n  owner:  ${database.ownerUrl}`);
  const alive = setInterval(() => undefined, 60_000);
  onStop(() => clearInterval(alive));
});
