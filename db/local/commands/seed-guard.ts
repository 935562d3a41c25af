import { seedCommunity } from "../../seed/seed.ts";
import type { DatabaseUrls } from "../postgres/database.ts";
import { withClient } from "../postgres/roles.ts";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Whether the demo community may go in: its password is known to all, so only into a database on this
 * machine, or where `PLAZA_SEED=1` says that it is meant.
 */
export function maySeed(database: DatabaseUrls, environment: NodeJS.ProcessEnv = process.env): boolean {
  if (environment.PLAZA_SEED === "1") return true;
  const { ownerUrl, appUrl, serviceUrl } = database;
  return [ownerUrl, appUrl, serviceUrl].every((url) => LOOPBACK.has(new URL(url).hostname));
}

/** Fills an empty database that `maySeed` with the demo community; leaves any other as it is. Returns whether it did. */
export async function seedIfEmpty(database: DatabaseUrls): Promise<boolean> {
  if (!maySeed(database)) return false;
  // Through the serving role that sees every row: the owner is bound by row security too.
  const isEmpty = await withClient(database.serviceUrl, async (client) => {
    const found = await client.query("select from profiles limit 1");
    return found.rowCount === 0;
  });
  if (!isEmpty) return false;
  await seedCommunity({ ...database, neonEndpoint: database.neonEndpoint || undefined });
  return true;
}
