import { seedCommunity } from "../seed/seed.ts";
import type { DatabaseUrls } from "./database.ts";
import { withClient } from "./roles.ts";

/** Fills an empty database with the demo community; leaves any other as it is. Returns whether it did. */
export async function seedIfEmpty(database: DatabaseUrls): Promise<boolean> {
  // Through the serving role that sees every row: the owner is bound by row security too.
  const isEmpty = await withClient(database.serviceUrl, async (client) => {
    const found = await client.query("select from profiles limit 1");
    return found.rowCount === 0;
  });
  if (!isEmpty) return false;
  await seedCommunity({ ...database, neonEndpoint: database.neonEndpoint || undefined });
  return true;
}
