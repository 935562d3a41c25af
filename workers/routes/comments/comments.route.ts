/** Comments and their votes. */
import { createRoute, z } from "@hono/zod-openapi";
import { commentViewSchema } from "../../../db/views/comment.view.ts";
import { voteViewSchema } from "../../../db/views/post.view.ts";
import { COMMENT_MAX_CHARS } from "../../limits.ts";
import * as comments from "../../services/comments.service.ts";
import { vote } from "../../services/posts.service.ts";
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
import { voteBody } from "../posts/posts.route.ts";

const newComment = z.strictObject({
  body: plainText(1, COMMENT_MAX_CHARS),
  parentId: z.uuid().optional(),
  clientId: z
    .uuid()
    .optional()
    .openapi({ description: "Made by the client; the same comment sent twice is made once" }),
});

export const commentsRoute = newRouter()
  .openapi(
    createRoute({
      method: "get",
      path: "/api/posts/{id}/comments",
      tags: ["Comments"],
      request: { params: idParams, query: pageQuery },
      responses: {
        200: json(page(commentViewSchema), "The thread in reading order: depth first, oldest first"),
        ...readFailures,
      },
    }),
    async (c) =>
      c.json(await comments.readThread(c.get("service"), c.req.valid("param").id, c.req.valid("query")), 200),
  )
  .openapi(
    createRoute({
      method: "post",
      path: "/api/posts/{id}/comments",
      tags: ["Comments"],
      request: { params: idParams, body: body(newComment), headers: idempotencyHeader },
      responses: { 201: json(commentViewSchema, "The comment"), ...writeFailures },
    }),
    async (c) =>
      c.json(
        await comments.createComment(c.get("service"), c.req.valid("param").id, c.req.valid("json")),
        201,
      ),
  )
  .openapi(
    createRoute({
      method: "delete",
      path: "/api/comments/{id}",
      tags: ["Comments"],
      request: { params: idParams, headers: idempotencyHeader },
      responses: { 204: { description: "Deleted" }, ...writeFailures },
    }),
    async (c) => {
      await comments.removeComment(c.get("service"), c.req.valid("param").id);
      return c.body(null, 204);
    },
  )
  .openapi(
    createRoute({
      method: "put",
      path: "/api/comments/{id}/vote",
      tags: ["Comments"],
      request: { params: idParams, body: body(voteBody), headers: idempotencyHeader },
      responses: { 200: json(voteViewSchema, "The vote and the counts after it"), ...writeFailures },
    }),
    async (c) =>
      c.json(
        await vote(c.get("service"), "comment", c.req.valid("param").id, c.req.valid("json").value),
        200,
      ),
  );
