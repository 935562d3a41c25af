/** The database client of all rooms of an isolate, for the role plaza_service. Rooms never query as a viewer. */
import { createDatabase } from "../../../db/client/client.ts";
import type { PartyEnv } from "../../env.ts";
import type { ServiceDatabase } from "../../outbox/store.ts";

const databases = new WeakMap<PartyEnv, ServiceDatabase>();

/** One client per environment, created on first use. It holds no connection: each batch is one HTTP request. */
export function serviceDatabase(env: PartyEnv): ServiceDatabase {
  const known = databases.get(env);
  if (known) return known;
  const database = createDatabase({
    // Only `asService` is used. Rooms have no connection string for the role plaza_app.
    url: env.DATABASE_SERVICE_URL,
    serviceUrl: env.DATABASE_SERVICE_URL,
    endpoint: env.NEON_ENDPOINT,
  });
  databases.set(env, database);
  return database;
}
