/** `npm run db:up`: runs only the database and the Neon proxy, for `npx wrangler dev` and psql. */

import { openDevDatabase, writeDevVars } from "../process/dev-stack.ts";
import { printLine, runUntilStopped } from "../process/lifetime.ts";
import { seedIfEmpty } from "./seed-guard.ts";

runUntilStopped(async (onStop) => {
  const database = await openDevDatabase((line) => printLine(`  - ${line}`));
  onStop(() => database.stop());
  if (await seedIfEmpty(database)) printLine("  - a demo community, because the database was empty");
  await writeDevVars(database);
  if (database.kind !== "embedded") {
    throw new Error("Nothing to run: the database runs elsewhere already. .dev.vars is written.");
  }
  printLine(`\nThe database runs; .dev.vars is written. Ctrl-C stops it.\n  owner:  ${database.ownerUrl}`);
  const alive = setInterval(() => undefined, 60_000);
  onStop(() => clearInterval(alive));
});
