/** Lists of posts: the feeds, and the posts of a profile. */
import { timeKey } from "../../db/reads/cursor.ts";
import { type PostRow, selectNewPosts, selectPosts } from "../../db/reads/posts.reads.ts";
import { selectProfileId } from "../../db/reads/profiles.reads.ts";
import type { PostView } from "../../db/views/post.view.ts";
import { readFirstPage, writeFirstPage } from "../cache/first-page.cache.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { PAGE_DEFAULT } from "../limits.ts";
import type { FeedPage } from "./feeds.rules.ts";
import { only, type Page, type PageRequest, pagedList } from "./pages.rules.ts";

export interface FeedRequest extends PageRequest {
  /** A `newSince` of an earlier page: posts after it are counted as new. */
  since?: string | undefined;
}
export type FeedName = "following" | "latest";

const keyOf = (row: PostRow): [string, string] => [row.at, row.view.id];
/** Before every post: the mark of an empty feed, so that every later post counts as new. */
const BEFORE_ALL: [string, string] = [
  "1970-01-01 00:00:00.000000+00",
  "00000000-0000-0000-0000-000000000000",
];

/** The first page of a signed-out reader comes from KV, in no round trip; every other page in one. */
export async function readFeed(ctx: ServiceContext, feed: FeedName, request: FeedRequest): Promise<FeedPage> {
  if (feed === "following") requireToken(ctx);
  const isFirstPage = request.cursor === undefined && request.since === undefined;
  if (ctx.token !== null || !isFirstPage || request.limit !== PAGE_DEFAULT)
    return queryFeed(ctx, feed, request);
  const cached = await readFirstPage(ctx.env);
  if (cached !== null) return cached;
  const page = await queryFeed(ctx, feed, request);
  ctx.defer(writeFirstPage(ctx.env, page));
  return page;
}

/** One round trip: the page, the count of new posts, and the next mark. */
export async function queryFeed(
  ctx: Pick<ServiceContext, "db" | "token">,
  feed: FeedName,
  { cursor, since, limit }: FeedRequest,
): Promise<FeedPage> {
  const list = pagedList(`posts:${feed}`, timeKey);
  const { results } = await ctx.db.asViewer(ctx.token, [
    selectPosts({ feed }, list.after(cursor), limit),
    selectNewPosts({ feed }, list.after(since)),
  ]);
  const { at, id, count } = only(results[1]);
  return {
    ...list.page(results[0], limit, keyOf),
    newCount: count,
    newSince: list.cursor(at !== null && id !== null ? [at, id] : BEFORE_ALL),
  };
}

/** @throws ApiError NOT_FOUND when the viewer sees no such profile */
export async function listProfilePosts(
  ctx: ServiceContext,
  handle: string,
  { cursor, limit }: PageRequest,
): Promise<Page<PostView>> {
  const list = pagedList("posts:profile", timeKey);
  const { results } = await ctx.db.asViewer(ctx.token, [
    selectProfileId(handle),
    selectPosts({ profile: handle }, list.after(cursor), limit),
  ]);
  only(results[0]);
  return list.page(results[1], limit, keyOf);
}
