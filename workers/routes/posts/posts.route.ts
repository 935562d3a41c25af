/** Posts, questions, answers, their votes and the feeds. */
import { createRoute, z } from "@hono/zod-openapi";
import { postKinds, postViewSchema, voteValueSchema, voteViewSchema } from "../../../db/views/post.view.ts";
import { POST_MAX_CHARS, TITLE_MAX_CHARS } from "../../limits.ts";
import * as feeds from "../../services/feeds.service.ts";
import * as posts from "../../services/posts.service.ts";
import { plainText } from "../../services/text.rules.ts";
import {
  body,
  idempotencyHeader,
  idParams,
  json,
  page,
  pageQuery,
  readFailures,
  writeFailures,
} from "../contract/contract.ts";
import { newRouter } from "../contract/router.ts";

const newPost = z
  .strictObject({
    kind: z.enum(postKinds),
    title: plainText(1, TITLE_MAX_CHARS).optional(),
    body: plainText(1, POST_MAX_CHARS),
    questionId: z.uuid().optional(),
  })
  .refine((post) => (post.kind === "question") === (post.title !== undefined), {
    path: ["title"],
    message: "A question has a title; nothing else has",
  })
  .refine((post) => (post.kind === "answer") === (post.questionId !== undefined), {
    path: ["questionId"],
    message: "An answer names its question; nothing else does",
  });
export const voteBody = z.strictObject({ value: voteValueSchema });

const feedPage = page(postViewSchema).extend({ newCount: z.int(), newSince: z.string() });
const feedQuery = pageQuery.extend({
  since: z
    .string()
    .max(600)
    .optional()
    .openapi({ description: "A newSince of an earlier page; newCount counts from there" }),
});

export const postsRoute = newRouter()
  .openapi(
    createRoute({
      method: "post",
      path: "/api/posts",
      tags: ["Posts"],
      request: { body: body(newPost), headers: idempotencyHeader },
      responses: { 201: json(postViewSchema, "The post"), ...writeFailures },
    }),
    async (c) => c.json(await posts.createPost(c.get("service"), c.req.valid("json")), 201),
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/posts/{id}",
      tags: ["Posts"],
      request: { params: idParams },
      responses: { 200: json(postViewSchema, "The post"), ...readFailures },
    }),
    async (c) => c.json(await posts.readPostById(c.get("service"), c.req.valid("param").id), 200),
  )
  .openapi(
    createRoute({
      method: "delete",
      path: "/api/posts/{id}",
      tags: ["Posts"],
      request: { params: idParams, headers: idempotencyHeader },
      responses: { 204: { description: "Deleted" }, ...writeFailures },
    }),
    async (c) => {
      await posts.removePost(c.get("service"), c.req.valid("param").id);
      return c.body(null, 204);
    },
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/posts/{id}/answers",
      tags: ["Posts"],
      request: { params: idParams, query: pageQuery },
      responses: { 200: json(page(postViewSchema), "Answers, the best first"), ...readFailures },
    }),
    async (c) =>
      c.json(await posts.readAnswersOf(c.get("service"), c.req.valid("param").id, c.req.valid("query")), 200),
  )
  .openapi(
    createRoute({
      method: "put",
      path: "/api/posts/{id}/vote",
      tags: ["Posts"],
      request: { params: idParams, body: body(voteBody), headers: idempotencyHeader },
      responses: { 200: json(voteViewSchema, "The vote and the counts after it"), ...writeFailures },
    }),
    async (c) =>
      c.json(
        await posts.vote(c.get("service"), "post", c.req.valid("param").id, c.req.valid("json").value),
        200,
      ),
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/feeds/following",
      tags: ["Feeds"],
      request: { query: feedQuery },
      responses: {
        200: json(feedPage, "Posts of the people the viewer follows, and the viewer's own"),
        ...readFailures,
      },
    }),
    async (c) => c.json(await feeds.readFeed(c.get("service"), "following", c.req.valid("query")), 200),
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/feeds/latest",
      tags: ["Feeds"],
      request: { query: feedQuery },
      responses: { 200: json(feedPage, "Everyone's posts, newest first"), ...readFailures },
    }),
    async (c) => c.json(await feeds.readFeed(c.get("service"), "latest", c.req.valid("query")), 200),
  );
