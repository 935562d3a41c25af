/** Postgres for all rooms of an isolate, as the role plaza_service; rooms never act for a viewer. */
import { createDatabase } from "../../../db/client/client.ts";
import type { PartyEnv } from "../../env.ts";
import type { ServiceDatabase } from "../../outbox/store.ts";

const databases = new WeakMap<PartyEnv, ServiceDatabase>();

/** One client per environment. It is made on first use and holds no connection: each batch is one HTTP request. */
export function serviceDatabase(env: PartyEnv): ServiceDatabase {
  const known = databases.get(env);
  if (known) return known;
  const database = createDatabase({
    // Only asService is used; the connection string of plaza_app is never given to a room.
    url: env.DATABASE_SERVICE_URL,
    serviceUrl: env.DATABASE_SERVICE_URL,
    endpoint: env.NEON_ENDPOINT,
  });
  databases.set(env, database);
  return database;
}
