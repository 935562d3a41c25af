import pg from "pg";

/**
 * Compares every cached count with the rows it counts (R15), and reads the notifications and what the
 * outbox still holds.
 */
export interface DatabaseCounts {
  /** Notification ids by recipient. */
  notifications: Map<string, Set<string>>;
  /** How many cached counts differ from COUNT(*), by name. */
  wrongCounts: Record<string, number>;
  outboxLeft: number;
}

const counts: Record<string, string> = {
  "post_stats.upvotes": `select count(*) from post_stats s where upvotes <> (select count(*) from post_votes v where v.post_id = s.post_id and value = 1)`,
  "post_stats.downvotes": `select count(*) from post_stats s where downvotes <> (select count(*) from post_votes v where v.post_id = s.post_id and value = -1)`,
  "post_stats.comments": `select count(*) from post_stats s where comments <> (select count(*) from comments c where c.post_id = s.post_id and deleted_at is null)`,
  "post_stats.answers": `select count(*) from post_stats s where answers <> (select count(*) from posts a where a.question_id = s.post_id and deleted_at is null)`,
  "comment_stats.replies": `select count(*) from comment_stats s where replies <> (select count(*) from comments c where c.parent_id = s.comment_id and deleted_at is null)`,
  "user_stats.followers": `select count(*) from user_stats s where followers_count <> (select count(*) from user_follows f where f.following_id = s.user_id)`,
  "user_stats.following": `select count(*) from user_stats s where following_count <> (select count(*) from user_follows f where f.follower_id = s.user_id)`,
  "user_stats.posts": `select count(*) from user_stats s where posts_count <> (select count(*) from posts p where p.author_id = s.user_id and kind <> 'answer' and deleted_at is null)`,
  "notification_counts.unread": `select count(*) from notification_counts s where unread <> (select count(*) from notifications n where n.user_id = s.user_id and not is_read)`,
};

/** @param serviceUrl connection string of plaza_service, which sees every row */
export async function readDatabaseCounts(serviceUrl: string): Promise<DatabaseCounts> {
  const client = new pg.Client({ connectionString: serviceUrl });
  await client.connect();
  try {
    const rows = await client.query<{ user_id: string; id: string }>("select user_id, id from notifications");
    const notifications = new Map<string, Set<string>>();
    for (const row of rows.rows) {
      const ids = notifications.get(row.user_id) ?? new Set();
      notifications.set(row.user_id, ids.add(row.id));
    }
    const wrongCounts: Record<string, number> = {};
    for (const [name, query] of Object.entries(counts)) {
      wrongCounts[name] = Number((await client.query<{ count: string }>(query)).rows[0]?.count);
    }
    const outbox = await client.query<{ count: string }>("select count(*) from outbox");
    return { notifications, wrongCounts, outboxLeft: Number(outbox.rows[0]?.count) };
  } finally {
    await client.end();
  }
}
