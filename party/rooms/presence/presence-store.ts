/** The statements by which a presence shard reads and writes Postgres, as plaza_service. */
import { selectVisibility } from "../../../db/reads/presence.reads.ts";
import { storePresence } from "../../../db/writes/presence.writes.ts";
import type { ServiceDatabase } from "../../outbox/store.ts";
import type { StoredPresence } from "./presence-directory.ts";
import type { LoadedPerson } from "./visibility-loader.ts";

export interface PresenceStore {
  /** Visibility and last stored presence of these people, in one query. Deleted accounts are left out. */
  load(userIds: string[]): Promise<LoadedPerson[]>;
  /** Stores who is online and when the others were last seen, in one statement. */
  storePresence(people: StoredPresence[]): Promise<void>;
}

/** `database`: a function, so that no client is created before the first statement. */
export function presenceStore(database: () => ServiceDatabase): PresenceStore {
  return {
    async load(userIds) {
      if (userIds.length === 0) return [];
      const [rows] = await database().asService([selectVisibility(userIds)]);
      return rows.map(({ user_id, is_online, last_seen_at, ...visibility }) => ({
        ...visibility,
        userId: user_id,
        isOnline: is_online,
        lastSeenAt: last_seen_at === null ? null : Date.parse(last_seen_at),
      }));
    },
    async storePresence(people) {
      const views = people.map(({ lastSeenAt, ...person }) => ({
        ...person,
        lastSeenAt: lastSeenAt === null ? null : new Date(lastSeenAt).toISOString(),
      }));
      await database().asService([storePresence(views)]);
    },
  };
}
