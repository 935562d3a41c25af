/** Votes on posts and comments. */
import { z } from "@hono/zod-openapi";
import { voteValueSchema, voteViewSchema } from "../../../db/views/post.view.ts";
import { setVote } from "../../services/votes.service.ts";
import { write } from "../contract/endpoint.ts";
import { newRouter } from "../contract/router.ts";
import { idParams, ok } from "../contract/schemas.ts";

const vote = {
  params: idParams,
  body: z.strictObject({ value: voteValueSchema }),
  response: ok(voteViewSchema, "The vote and the counts after it"),
};

export const votesRoute = newRouter()
  .openapi(
    ...write("put", "/api/posts/{id}/vote", { ...vote, tags: ["Posts"] }, (ctx, { params, body }) =>
      setVote(ctx, "post", params.id, body.value),
    ),
  )
  .openapi(
    ...write("put", "/api/comments/{id}/vote", { ...vote, tags: ["Comments"] }, (ctx, { params, body }) =>
      setVote(ctx, "comment", params.id, body.value),
    ),
  );
