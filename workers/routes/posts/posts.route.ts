/** Posts, questions and answers. */
import { postViewSchema } from "../../../db/views/post.view.ts";
import { newPostSchema } from "../../services/posts.rules.ts";
import * as posts from "../../services/posts.service.ts";
import { read, write } from "../contract/endpoint.ts";
import { newRouter } from "../contract/router.ts";
import { created, idParams, noContent, ok, page, pageQuery } from "../contract/schemas.ts";

const tags = ["Posts"];

export const postsRoute = newRouter()
  .openapi(
    ...write(
      "post",
      "/api/posts",
      { tags, body: newPostSchema, response: created(postViewSchema, "The post") },
      (ctx, { body }) => posts.createPost(ctx, body),
    ),
  )
  .openapi(
    ...read(
      "/api/posts/{id}",
      { tags, params: idParams, response: ok(postViewSchema, "The post") },
      (ctx, { params }) => posts.findPost(ctx, params.id),
    ),
  )
  .openapi(
    ...write(
      "delete",
      "/api/posts/{id}",
      { tags, params: idParams, response: noContent("Deleted") },
      (ctx, { params }) => posts.deletePost(ctx, params.id),
    ),
  )
  .openapi(
    ...read(
      "/api/posts/{id}/answers",
      {
        tags,
        params: idParams,
        query: pageQuery,
        response: ok(page(postViewSchema), "Answers, the best first"),
      },
      (ctx, { params, query }) => posts.listAnswers(ctx, params.id, query),
    ),
  );
