/** Follows: following a profile, its followers and those it follows, and whom of many the viewer follows. */
import { z } from "@hono/zod-openapi";
import { personViewSchema } from "../../../db/views/person.view.ts";
import { IDS_MAX } from "../../../party/protocol/limits.ts";
import * as relations from "../../services/relations.service.ts";
import { query, read } from "../contract/endpoint.ts";
import { deleteRelation, putRelation } from "../contract/relation.ts";
import { newRouter } from "../contract/router.ts";
import { handleParams, ok, page, pageQuery } from "../contract/schemas.ts";

const tags = ["Profiles"];
const people = {
  tags,
  params: handleParams,
  query: pageQuery,
  response: ok(page(personViewSchema), "People, the latest follow first"),
};

export const followsRoute = newRouter()
  .openapi(
    ...read("/api/profiles/{handle}/followers", people, (ctx, { params, query }) =>
      relations.listFollows(ctx, "followers", params.handle, query),
    ),
  )
  .openapi(
    ...read("/api/profiles/{handle}/following", people, (ctx, { params, query }) =>
      relations.listFollows(ctx, "following", params.handle, query),
    ),
  )
  .openapi(...putRelation("follow"))
  .openapi(...deleteRelation("follow"))
  .openapi(
    ...query(
      "/api/follows/status",
      {
        tags,
        body: z.strictObject({ ids: z.array(z.uuid()).max(IDS_MAX) }),
        response: ok(z.record(z.uuid(), z.boolean()), "Which of them the viewer follows; {} when signed out"),
      },
      (ctx, { body }) => relations.readFollowStatus(ctx, body.ids),
    ),
  );
