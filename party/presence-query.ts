/**
 * The presence of many people for one viewer: asked of their shards, all at once. People of a shard that fails or is late
 * are read from Postgres, in one query for all of them. Both apply the same visibility rules.
 */
import { selectVisiblePresence } from "../db/reads/presence.reads.ts";
import type { PresenceOf } from "../db/views/presence.view.ts";
import type { PartyEnv } from "./env.ts";
import type { ServiceDatabase } from "./outbox/store.ts";
import { presenceRoomsFor } from "./stubs.ts";
import { withTimeout } from "./with-timeout.ts";

/** A shard that has not answered after this long counts as failed. */
export const SHARD_TIMEOUT_MS = 1_000;
/** For the query that replaces shards; together with the shards' time less than R6's two seconds. */
export const STORED_PRESENCE_TIMEOUT_MS = 700;

/**
 * Presence of each of these people as far as `viewerId` may see it, in no particular order.
 * @throws when a shard failed and Postgres did not answer either
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

/** The last stored presence of these people as far as `viewerId` may see it. One round trip to Postgres. */
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
