/**
 * The presence of many people for one viewer. Their shards are called concurrently. People whose shard fails or times out are
 * read from Postgres, in one query for all of them. Both apply the same visibility rules.
 */
import { selectVisiblePresence } from "../db/reads/presence.reads.ts";
import type { PresenceOf } from "../db/views/presence.view.ts";
import type { PartyEnv } from "./env.ts";
import type { ServiceDatabase } from "./outbox/store.ts";
import { presenceRoomsFor } from "./stubs.ts";
import { withTimeout } from "./with-timeout.ts";

/** Timeout of the call to a shard. */
export const SHARD_TIMEOUT_MS = 1_000;
/** Timeout of the query that replaces failed shards. The sum of both timeouts is below the two seconds of promise R6. */
export const STORED_PRESENCE_TIMEOUT_MS = 700;

/**
 * Presence of each of these people as far as `viewerId` may see it, in no particular order.
 * @throws when both a shard and Postgres failed
 */
export async function queryPresence(
  env: PartyEnv,
  db: ServiceDatabase,
  viewerId: string,
  userIds: Iterable<string>,
): Promise<PresenceOf[]> {
  const failedIds: string[] = [];
  const answers = await Promise.all(
    presenceRoomsFor(env, userIds).map(async ({ shard, room, userIds }): Promise<PresenceOf[]> => {
      try {
        return await withTimeout(SHARD_TIMEOUT_MS, room.query(viewerId, userIds));
      } catch (error) {
        console.error(JSON.stringify({ where: "queryPresence", shard, error: String(error) }));
        failedIds.push(...userIds);
        return [];
      }
    }),
  );
  const stored = failedIds.length === 0 ? [] : await readStoredPresence(db, viewerId, failedIds);
  return [...answers.flat(), ...stored];
}

/** The presence in Postgres of these people, as far as `viewerId` may see it. One round trip. */
export async function readStoredPresence(
  db: ServiceDatabase,
  viewerId: string,
  userIds: readonly string[],
): Promise<PresenceOf[]> {
  const [rows] = await withTimeout(
    STORED_PRESENCE_TIMEOUT_MS,
    db.asService([selectVisiblePresence(viewerId, userIds)]),
  );
  const visible = new Map(rows.map((row) => [row.user_id, row]));
  return userIds.map((userId) => {
    const row = visible.get(userId);
    const isOnline = row?.is_online ?? false;
    return { userId, isOnline, lastSeenAt: isOnline ? null : (row?.last_seen_at ?? null) };
  });
}
