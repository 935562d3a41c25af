/** Which presence shard stores which person. The shards are equally large, because the end of a UUIDv7 is random. */

/** Must not change: every person would move to a shard that has no record of them. */
export const PRESENCE_SHARDS = 16;

/** The name of the PresenceRoom that stores this person's presence. */
export function presenceShardOf(userId: string): string {
  return `presence-${Number.parseInt(userId.slice(-1), PRESENCE_SHARDS)}`;
}

/** People grouped by the name of their shard. */
export function byPresenceShard(userIds: Iterable<string>): Map<string, string[]> {
  return Map.groupBy(userIds, presenceShardOf);
}
