/** Profiles: one by its handle, its posts, and searches by handle or name. */
import { z } from "@hono/zod-openapi";
import { personViewSchema, profileViewSchema } from "../../../db/views/person.view.ts";
import { postViewSchema } from "../../../db/views/post.view.ts";
import { NAME_MAX_CHARS } from "../../../party/protocol/limits.ts";
import { listProfilePosts } from "../../services/feeds.service.ts";
import { handleAvailabilitySchema } from "../../services/profiles.rules.ts";
import * as profiles from "../../services/profiles.service.ts";
import { plainText } from "../../services/text.rules.ts";
import { read } from "../contract/endpoint.ts";
import { newRouter } from "../contract/router.ts";
import { handleParams, ok, page, pageQuery } from "../contract/schemas.ts";

const tags = ["Profiles"];
const people = z.object({ items: z.array(personViewSchema) });

export const profilesRoute = newRouter()
  .openapi(
    ...read(
      "/api/handles/{handle}",
      {
        tags: ["Accounts"],
        params: z.object({ handle: z.string().max(60) }),
        response: ok(handleAvailabilitySchema, "Whether the handle is available"),
      },
      (ctx, { params }) => profiles.checkHandle(ctx, params.handle),
    ),
  )
  .openapi(
    ...read(
      "/api/search/handles",
      {
        tags,
        query: z.object({
          prefix: z
            .string()
            .toLowerCase()
            .regex(/^[a-z0-9_]{1,30}$/),
        }),
        response: ok(people, "Up to eight people whose handle begins with the prefix"),
      },
      async (ctx, { query }) => ({ items: await profiles.findHandles(ctx, query.prefix) }),
    ),
  )
  .openapi(
    ...read(
      "/api/search/people",
      {
        tags,
        query: z.object({ q: plainText(0, NAME_MAX_CHARS).default("") }),
        response: ok(
          people,
          "Up to twenty people by the beginning of their handle or of a word of their name; people whom the viewer writes with or follows first, and only these for an empty query",
        ),
      },
      async (ctx, { query }) => ({ items: await profiles.findPeople(ctx, query.q) }),
    ),
  )
  .openapi(
    ...read(
      "/api/profiles/{handle}",
      { tags, params: handleParams, response: ok(profileViewSchema, "The profile") },
      (ctx, { params }) => profiles.findProfile(ctx, params.handle),
    ),
  )
  .openapi(
    ...read(
      "/api/profiles/{handle}/posts",
      {
        tags,
        params: handleParams,
        query: pageQuery,
        response: ok(page(postViewSchema), "The profile's posts, newest first"),
      },
      (ctx, { params, query }) => listProfilePosts(ctx, params.handle, query),
    ),
  );
