/** Postgres as the rooms reach it: as plaza_service, never for a viewer. */
import { createDatabase } from "../../../db/client/client.ts";
import type { PartyEnv } from "../../env.ts";
import type { ServiceDatabase } from "../../outbox/store.ts";

export function serviceDatabase(env: PartyEnv): ServiceDatabase {
  return createDatabase({
    // Only asService is used; plaza_app's connection never reaches a room.
    url: env.DATABASE_SERVICE_URL,
    serviceUrl: env.DATABASE_SERVICE_URL,
    endpoint: env.NEON_ENDPOINT,
  });
}
