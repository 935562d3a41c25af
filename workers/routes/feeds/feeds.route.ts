/** Feeds: the posts of those the viewer follows, and everyone's. */
import { z } from "@hono/zod-openapi";
import { CURSOR_MAX_CHARS } from "../../limits.ts";
import { feedPageSchema } from "../../services/feeds.rules.ts";
import { readFeed } from "../../services/feeds.service.ts";
import { read } from "../contract/endpoint.ts";
import { newRouter } from "../contract/router.ts";
import { ok, pageQuery } from "../contract/schemas.ts";

const tags = ["Feeds"];
const feedQuery = pageQuery.extend({
  since: z
    .string()
    .max(CURSOR_MAX_CHARS)
    .optional()
    .openapi({ description: "A newSince of an earlier page; newCount counts from there" }),
});

export const feedsRoute = newRouter()
  .openapi(
    ...read(
      "/api/feeds/following",
      {
        tags,
        query: feedQuery,
        response: ok(feedPageSchema, "Posts of the people the viewer follows, and the viewer's own"),
      },
      (ctx, { query }) => readFeed(ctx, "following", query),
    ),
  )
  .openapi(
    ...read(
      "/api/feeds/latest",
      { tags, query: feedQuery, response: ok(feedPageSchema, "Everyone's posts, newest first") },
      (ctx, { query }) => readFeed(ctx, "latest", query),
    ),
  );
