/** What a shard asks of Postgres: circles when they are needed, and one write for everybody who changed. */
import { createDatabase } from "../../../db/client/client.ts";
import { selectVisibility } from "../../../db/reads/presence.reads.ts";
import { storePresence } from "../../../db/writes/presence.writes.ts";
import type { PartyEnv } from "../../env.ts";
import type { StoredPresence } from "./presence-book.ts";
import type { Circle } from "./presence-circles.ts";

export interface PresenceStore {
  /** The circles of these people; none for an account that is gone. */
  circles(userIds: string[]): Promise<Circle[]>;
  /** Keeps who is here, and when the others last were. */
  storePresence(people: StoredPresence[]): Promise<void>;
}

/** Postgres, as plaza_service. */
export function presenceStore(env: PartyEnv): PresenceStore {
  const db = createDatabase({
    // Only asService is used here; plaza_app's connection never reaches this room.
    url: env.DATABASE_SERVICE_URL,
    serviceUrl: env.DATABASE_SERVICE_URL,
    endpoint: env.NEON_ENDPOINT,
  });
  return {
    async circles(userIds) {
      if (userIds.length === 0) return [];
      const [rows] = await db.asService([selectVisibility(userIds)]);
      return rows.map(({ user_id, ...circle }) => ({ userId: user_id, ...circle }));
    },
    async storePresence(people) {
      const views = people.map(({ lastSeenAt, ...person }) => ({
        ...person,
        lastSeenAt: lastSeenAt === null ? null : new Date(lastSeenAt).toISOString(),
      }));
      await db.asService([storePresence(views)]);
    },
  };
}
