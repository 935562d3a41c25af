/**
 * The first page of the latest feed for signed-out readers, in KV: public, refreshed every minute by the
 * cron, at most FIRST_PAGE_TTL_S old. Deleting a post deletes it; other regions may serve the older value
 * from KV for another minute.
 */
import type { Env } from "../env.ts";
import { FIRST_PAGE_TTL_S } from "../limits.ts";
import type { FeedPage } from "../services/feeds.rules.ts";

const KEY = "feed:latest";

/** Null when it is missing or KV fails. */
export const readFirstPage = ({ CACHE }: Env): Promise<FeedPage | null> =>
  CACHE.get<FeedPage>(KEY, "json").catch(() => null);

export const writeFirstPage = ({ CACHE }: Env, page: FeedPage): Promise<void> =>
  CACHE.put(KEY, JSON.stringify(page), { expirationTtl: FIRST_PAGE_TTL_S });

export const deleteFirstPage = ({ CACHE }: Env): Promise<void> => CACHE.delete(KEY);
