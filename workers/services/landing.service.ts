/**
 * The first page a signed-out reader sees, kept in KV: public, rebuilt by the minute's cron, at most LANDING_TTL_S old.
 * A deletion forgets it; elsewhere in the world KV may show the older page for a minute more.
 */

import type { ServiceContext } from "../context.ts";
import type { Env } from "../env.ts";
import { LANDING_TTL_S, PAGE_DEFAULT } from "../limits.ts";
import type { FeedPage } from "./feeds.service.ts";

const LANDING_KEY = "feed:latest";

/** From KV where it is there and of the usual length, else by `query`, which is then kept. */
export async function readLanding(
  ctx: ServiceContext,
  limit: number,
  query: () => Promise<FeedPage>,
): Promise<FeedPage> {
  if (limit !== PAGE_DEFAULT) return query();
  const kept = await ctx.env.CACHE.get<FeedPage>(LANDING_KEY, "json").catch(() => null);
  if (kept !== null) return kept;
  const page = await query();
  ctx.defer(keepLanding(ctx.env, page));
  return page;
}

export const keepLanding = (env: Env, page: FeedPage): Promise<void> =>
  env.CACHE.put(LANDING_KEY, JSON.stringify(page), { expirationTtl: LANDING_TTL_S });

export const forgetLanding = (env: Env): Promise<void> => env.CACHE.delete(LANDING_KEY);
