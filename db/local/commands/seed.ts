/** `npm run db:seed`: inserts the demo community into an empty database. */

import { openDevDatabase } from "../process/dev-stack.ts";
import { printLine } from "../process/lifetime.ts";
import { maySeed, seedIfEmpty } from "./seed-guard.ts";

try {
  const database = await openDevDatabase((line) => printLine(`  - ${line}`));
  try {
    if (!maySeed(database)) {
      throw new Error(
        "Not seeded: the database is not on this machine, and the password of the demo accounts is public. Set PLAZA_SEED=1 to seed it anyway.",
      );
    }
    printLine(
      (await seedIfEmpty(database))
        ? "Inserted the demo community."
        : "The database is not empty: nothing was changed.",
    );
  } finally {
    await database.stop();
  }
} catch (error) {
  printLine(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
