/** People: oneself, profiles, follows, blocks, mutes. */
import { createRoute, z } from "@hono/zod-openapi";
import {
  languages,
  meSchema,
  personViewSchema,
  profileViewSchema,
  relationViewSchema,
} from "../../../db/views/person.view.ts";
import { postViewSchema } from "../../../db/views/post.view.ts";
import { BIO_MAX_CHARS, IDS_MAX, NAME_MAX_CHARS, PEOPLE_QUERY_MAX_CHARS } from "../../limits.ts";
import * as feeds from "../../services/feeds.service.ts";
import * as profiles from "../../services/profiles.service.ts";
import { plainText } from "../../services/text.rules.ts";
import {
  body,
  handleParams,
  idempotencyHeader,
  json,
  page,
  pageQuery,
  readFailures,
  writeFailures,
} from "../contract/contract.ts";
import { newRouter } from "../contract/router.ts";

const meChange = z.strictObject({
  name: plainText(1, NAME_MAX_CHARS).optional(),
  bio: plainText(0, BIO_MAX_CHARS).optional(),
  language: z.enum(languages).optional(),
});
const people = page(personViewSchema);

const relationRoute = <M extends "put" | "delete", R extends profiles.Relation>(method: M, relation: R) =>
  createRoute({
    method,
    path: `/api/profiles/{handle}/${relation}` as const,
    tags: ["Profiles"],
    request: { params: handleParams, headers: idempotencyHeader },
    responses: {
      200: json(relationViewSchema, "What the viewer has to do with the profile now"),
      ...writeFailures,
    },
  });
const edgesRoute = <S extends "followers" | "following">(side: S) =>
  createRoute({
    method: "get",
    path: `/api/profiles/{handle}/${side}` as const,
    tags: ["Profiles"],
    request: { params: handleParams, query: pageQuery },
    responses: { 200: json(people, "People, the latest first"), ...readFailures },
  });

export const profilesRoute = newRouter()
  .openapi(
    createRoute({
      method: "get",
      path: "/api/session",
      tags: ["Me"],
      responses: {
        200: json(
          z.object({ me: meSchema.nullable() }),
          "Who is signed in, or null: the question every page opens with",
        ),
        ...readFailures,
      },
    }),
    async (c) => c.json({ me: await profiles.readSession(c.get("service")) }, 200),
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/me",
      tags: ["Me"],
      responses: { 200: json(meSchema, "The signed-in account"), ...readFailures },
    }),
    async (c) => c.json(await profiles.readOwn(c.get("service")), 200),
  )
  .openapi(
    createRoute({
      method: "patch",
      path: "/api/me",
      tags: ["Me"],
      request: { body: body(meChange), headers: idempotencyHeader },
      responses: { 200: json(meSchema, "The account after the change"), ...writeFailures },
    }),
    async (c) => c.json(await profiles.changeOwn(c.get("service"), c.req.valid("json")), 200),
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/handles/{handle}",
      tags: ["Accounts"],
      request: { params: z.object({ handle: z.string().max(60) }) },
      responses: {
        200: json(
          z.object({ available: z.boolean(), reason: z.enum(["INVALID", "RESERVED", "TAKEN"]).optional() }),
          "Whether the handle can be had",
        ),
        ...readFailures,
      },
    }),
    async (c) => c.json(await profiles.checkHandle(c.get("service"), c.req.valid("param").handle), 200),
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/search/handles",
      tags: ["Profiles"],
      request: {
        query: z.object({
          prefix: z
            .string()
            .toLowerCase()
            .regex(/^[a-z0-9_]{1,30}$/),
        }),
      },
      responses: {
        200: json(
          z.object({ items: z.array(personViewSchema) }),
          "Up to eight people whose handle begins so",
        ),
        ...readFailures,
      },
    }),
    async (c) =>
      c.json({ items: await profiles.suggestHandles(c.get("service"), c.req.valid("query").prefix) }, 200),
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/search/people",
      tags: ["Profiles"],
      request: { query: z.object({ q: plainText(0, PEOPLE_QUERY_MAX_CHARS).default("") }) },
      responses: {
        200: json(
          z.object({ items: z.array(personViewSchema) }),
          "Up to twenty people by the beginning of their handle or of the words of their name; those the viewer wrote with or follows first, and only these when nothing is asked for",
        ),
        ...readFailures,
      },
    }),
    async (c) => c.json({ items: await profiles.findPeople(c.get("service"), c.req.valid("query").q) }, 200),
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/profiles/{handle}",
      tags: ["Profiles"],
      request: { params: handleParams },
      responses: { 200: json(profileViewSchema, "The profile"), ...readFailures },
    }),
    async (c) =>
      c.json(await profiles.readProfileByHandle(c.get("service"), c.req.valid("param").handle), 200),
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/profiles/{handle}/posts",
      tags: ["Profiles"],
      request: { params: handleParams, query: pageQuery },
      responses: { 200: json(page(postViewSchema), "The profile's posts, newest first"), ...readFailures },
    }),
    async (c) =>
      c.json(
        await feeds.readProfilePosts(c.get("service"), c.req.valid("param").handle, c.req.valid("query")),
        200,
      ),
  )
  .openapi(edgesRoute("followers"), async (c) =>
    c.json(
      await profiles.readEdges(
        c.get("service"),
        "followers",
        c.req.valid("param").handle,
        c.req.valid("query"),
      ),
      200,
    ),
  )
  .openapi(edgesRoute("following"), async (c) =>
    c.json(
      await profiles.readEdges(
        c.get("service"),
        "following",
        c.req.valid("param").handle,
        c.req.valid("query"),
      ),
      200,
    ),
  )
  .openapi(relationRoute("put", "follow"), async (c) =>
    c.json(await profiles.setRelation(c.get("service"), "follow", c.req.valid("param").handle, true), 200),
  )
  .openapi(relationRoute("delete", "follow"), async (c) =>
    c.json(await profiles.setRelation(c.get("service"), "follow", c.req.valid("param").handle, false), 200),
  )
  .openapi(relationRoute("put", "block"), async (c) =>
    c.json(await profiles.setRelation(c.get("service"), "block", c.req.valid("param").handle, true), 200),
  )
  .openapi(relationRoute("delete", "block"), async (c) =>
    c.json(await profiles.setRelation(c.get("service"), "block", c.req.valid("param").handle, false), 200),
  )
  .openapi(relationRoute("put", "mute"), async (c) =>
    c.json(await profiles.setRelation(c.get("service"), "mute", c.req.valid("param").handle, true), 200),
  )
  .openapi(relationRoute("delete", "mute"), async (c) =>
    c.json(await profiles.setRelation(c.get("service"), "mute", c.req.valid("param").handle, false), 200),
  )
  .openapi(
    createRoute({
      method: "post",
      path: "/api/follows/status",
      tags: ["Profiles"],
      request: { body: body(z.strictObject({ ids: z.array(z.uuid()).max(IDS_MAX) })) },
      responses: {
        200: json(z.record(z.uuid(), z.boolean()), "Which of them the viewer follows; {} when signed out"),
        ...writeFailures,
      },
    }),
    async (c) => c.json(await profiles.readFollowing(c.get("service"), c.req.valid("json").ids), 200),
  );
