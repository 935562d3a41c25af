/** Which shard knows about whom. People are spread evenly: the end of a UUIDv7 is random. */

/** Fixed: another number would send everybody to a room that has never heard of them. */
export const PRESENCE_SHARDS = 16;

/** The name of the PresenceRoom that knows whether this person is here. */
export function presenceShardOf(userId: string): string {
  return `presence-${Number.parseInt(userId.slice(-1), PRESENCE_SHARDS)}`;
}

/** People by the name of their shard. */
export function byPresenceShard(userIds: Iterable<string>): Map<string, string[]> {
  const shards = new Map<string, string[]>();
  for (const userId of userIds) {
    const shard = presenceShardOf(userId);
    const there = shards.get(shard);
    if (there) there.push(userId);
    else shards.set(shard, [userId]);
  }
  return shards;
}
