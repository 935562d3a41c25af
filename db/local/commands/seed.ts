/** `npm run db:seed`: the demo community, when the database is empty. */

import { openDevDatabase } from "../process/dev-stack.ts";
import { say } from "../process/lifetime.ts";
import { maySeed, seedIfEmpty } from "./seed-guard.ts";

try {
  const database = await openDevDatabase((line) => say(`  - ${line}`));
  try {
    if (!maySeed(database)) {
      throw new Error(
        "Not seeded: the database is not on this machine, and everyone knows the demo people's password. PLAZA_SEED=1 seeds it all the same.",
      );
    }
    say((await seedIfEmpty(database)) ? "The demo community is in." : "Not empty: left as it is.");
  } finally {
    await database.stop();
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
