import { seedCommunity } from "../../seed/seed.ts";
import type { DatabaseUrls } from "../postgres/database.ts";
import { withClient } from "../postgres/roles.ts";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Whether the demo community may be inserted. The password of its accounts is public, so only into a database
 * on this machine, or with `PLAZA_SEED=1`.
 */
export function maySeed(database: DatabaseUrls, environment: NodeJS.ProcessEnv = process.env): boolean {
  if (environment.PLAZA_SEED === "1") return true;
  const { ownerUrl, appUrl, serviceUrl } = database;
  return [ownerUrl, appUrl, serviceUrl].every((url) => LOOPBACK.has(new URL(url).hostname));
}

/**
 * Inserts the demo community into an empty database if `maySeed` allows it. Returns whether it was inserted.
 */
export async function seedIfEmpty(database: DatabaseUrls): Promise<boolean> {
  if (!maySeed(database)) return false;
  // As plaza_service, which sees every row: row security binds the owner too.
  const isEmpty = await withClient(database.serviceUrl, async (client) => {
    const found = await client.query("select from profiles limit 1");
    return found.rowCount === 0;
  });
  if (!isEmpty) return false;
  await seedCommunity({ ...database, neonEndpoint: database.neonEndpoint || undefined });
  return true;
}
