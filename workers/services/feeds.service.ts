/** Lists of posts: the feeds and a profile's page. */
import { cutPage, decodeCursor, encodeCursor, type TimeKey, timeKey } from "../../db/reads/cursor.ts";
import { type PostRow, type PostScope, selectNewPosts, selectPosts } from "../../db/reads/posts.reads.ts";
import { selectProfileId } from "../../db/reads/profiles.reads.ts";
import type { PostView } from "../../db/views/post.view.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { readLanding } from "./landing.service.ts";
import { only, type Page, type PageRequest } from "./page.ts";

export interface FeedPage extends Page<PostView> {
  /** How many posts of others came since the mark that was asked about, at most 100. */
  newCount: number;
  /** The mark to ask about next time. */
  newSince: string;
}
export interface FeedRequest extends PageRequest {
  since?: string | undefined;
}
export type FeedName = "following" | "latest";

const timeCursor = (list: string) => (row: PostRow) => encodeCursor(list, [row.at, row.view.id]);
const NIL = "00000000-0000-0000-0000-000000000000";

export async function readFeed(ctx: ServiceContext, feed: FeedName, request: FeedRequest): Promise<FeedPage> {
  if (feed === "following") requireToken(ctx);
  const isLanding = ctx.token === null && request.cursor === undefined && request.since === undefined;
  return isLanding
    ? readLanding(ctx, request.limit, () => queryFeed(ctx, feed, request))
    : queryFeed(ctx, feed, request);
}

/** One round trip: the page, what came since the caller's mark, and the next mark. */
export async function queryFeed(
  ctx: Pick<ServiceContext, "db" | "token">,
  feed: FeedName,
  request: FeedRequest,
): Promise<FeedPage> {
  const list = `posts:${feed}`;
  const scope: PostScope = { feed };
  const key = (cursor: string | undefined): TimeKey | null =>
    cursor === undefined ? null : decodeCursor(list, timeKey, cursor);
  const { results } = await ctx.db.asViewer(ctx.token, [
    selectPosts(scope, key(request.cursor), request.limit),
    selectNewPosts(scope, key(request.since)),
  ]);
  const { rows, nextCursor } = cutPage(results[0], request.limit, timeCursor(list));
  const fresh = only(results[1]);
  // An empty feed has no newest post: everything that comes is new.
  const mark =
    fresh.at !== null && fresh.id !== null ? [fresh.at, fresh.id] : ["1970-01-01 00:00:00.000000+00", NIL];
  return {
    items: rows.map((row) => row.view),
    nextCursor,
    newCount: fresh.count,
    newSince: encodeCursor(list, mark),
  };
}

export async function readProfilePosts(
  ctx: ServiceContext,
  handle: string,
  request: PageRequest,
): Promise<Page<PostView>> {
  const list = "posts:profile";
  const after = request.cursor === undefined ? null : decodeCursor(list, timeKey, request.cursor);
  const { results } = await ctx.db.asViewer(ctx.token, [
    selectProfileId(handle),
    selectPosts({ profile: handle }, after, request.limit),
  ]);
  only(results[0]);
  const { rows, nextCursor } = cutPage(results[1], request.limit, timeCursor(list));
  return { items: rows.map((row) => row.view), nextCursor };
}
