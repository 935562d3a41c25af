/** Comments. */
import { commentViewSchema } from "../../../db/views/comment.view.ts";
import { newCommentSchema } from "../../services/comments.rules.ts";
import * as comments from "../../services/comments.service.ts";
import { read, write } from "../contract/endpoint.ts";
import { newRouter } from "../contract/router.ts";
import { created, idParams, noContent, ok, page, pageQuery } from "../contract/schemas.ts";

const tags = ["Comments"];

export const commentsRoute = newRouter()
  .openapi(
    ...read(
      "/api/posts/{id}/comments",
      {
        tags,
        params: idParams,
        query: pageQuery,
        response: ok(page(commentViewSchema), "The thread: depth first, oldest first"),
      },
      (ctx, { params, query }) => comments.listComments(ctx, params.id, query),
    ),
  )
  .openapi(
    ...write(
      "post",
      "/api/posts/{id}/comments",
      { tags, params: idParams, body: newCommentSchema, response: created(commentViewSchema, "The comment") },
      (ctx, { params, body }) => comments.createComment(ctx, params.id, body),
    ),
  )
  .openapi(
    ...write(
      "delete",
      "/api/comments/{id}",
      { tags, params: idParams, response: noContent("Deleted") },
      (ctx, { params }) => comments.deleteComment(ctx, params.id),
    ),
  );
