/** Conversations: the list, direct ones and groups, their members and settings. */
import { createRoute, z } from "@hono/zod-openapi";
import {
  conversationSchema,
  conversationTotalsSchema,
  memberRoles,
  membershipStates,
} from "../../../db/views/conversation.view.ts";
import {
  conversationNameSchema,
  newConversationSchema,
  otherMembersSchema,
} from "../../services/conversations.rules.ts";
import * as conversations from "../../services/conversations.service.ts";
import { read, write } from "../contract/endpoint.ts";
import { newRouter } from "../contract/router.ts";
import {
  created,
  idempotencyHeader,
  idParams,
  jsonBody,
  noContent,
  ok,
  page,
  pageQuery,
  writeFailures,
} from "../contract/schemas.ts";

const tags = ["Conversations"];
const memberParams = idParams.extend({ userId: z.uuid() });

export const conversationsRoute = newRouter()
  .openapi(
    ...read(
      "/api/conversations",
      {
        tags,
        query: pageQuery.extend({ state: z.enum(membershipStates).default("accepted") }),
        response: ok(
          page(conversationSchema),
          "The viewer's conversations, or pending requests; newest first",
        ),
      },
      (ctx, { query }) => conversations.listConversations(ctx, query),
    ),
  )
  .openapi(
    ...read(
      "/api/conversations/unread-count",
      { tags, response: ok(conversationTotalsSchema, "Unread messages and waiting requests") },
      (ctx) => conversations.readTotals(ctx),
    ),
  )
  .openapi(
    createRoute({
      method: "post",
      path: "/api/conversations",
      tags,
      request: { body: jsonBody(newConversationSchema), headers: idempotencyHeader },
      responses: {
        ...ok(conversationSchema, "The existing direct conversation of these two"),
        ...created(conversationSchema, "A new conversation"),
        ...writeFailures,
      },
    }),
    async (c) => {
      const { conversation, isNew } = await conversations.openConversation(
        c.get("service"),
        c.req.valid("json"),
      );
      return isNew ? c.json(conversation, 201) : c.json(conversation, 200);
    },
  )
  .openapi(
    ...read(
      "/api/conversations/{id}",
      { tags, params: idParams, response: ok(conversationSchema, "The conversation") },
      (ctx, { params }) => conversations.findConversation(ctx, params.id),
    ),
  )
  .openapi(
    ...write(
      "patch",
      "/api/conversations/{id}",
      {
        tags,
        params: idParams,
        body: z.strictObject({ name: conversationNameSchema.nullable() }),
        response: ok(conversationSchema, "The group with its new name, or without one"),
      },
      (ctx, { params, body }) => conversations.renameConversation(ctx, params.id, body.name),
    ),
  )
  .openapi(
    ...write(
      "put",
      "/api/conversations/{id}/silence",
      {
        tags,
        params: idParams,
        body: z.strictObject({ isMuted: z.boolean() }),
        response: ok(
          conversationSchema,
          "The conversation; when muted, it makes no sound and is not in the total",
        ),
      },
      (ctx, { params, body }) => conversations.muteConversation(ctx, params.id, body.isMuted),
    ),
  )
  .openapi(
    createRoute({
      method: "put",
      path: "/api/conversations/{id}/request",
      tags,
      request: {
        params: idParams,
        body: jsonBody(z.strictObject({ accept: z.boolean() })),
        headers: idempotencyHeader,
      },
      responses: {
        ...ok(conversationSchema, "Accepted"),
        ...noContent("Declined; the sender is not notified"),
        ...writeFailures,
      },
    }),
    async (c) => {
      const { accept } = c.req.valid("json");
      const accepted = await conversations.answerRequest(c.get("service"), c.req.valid("param").id, accept);
      return accepted === null ? c.body(null, 204) : c.json(accepted, 200);
    },
  )
  .openapi(
    ...write(
      "post",
      "/api/conversations/{id}/participants",
      {
        tags,
        params: idParams,
        body: z.strictObject({ ids: otherMembersSchema }),
        response: ok(conversationSchema, "The group with the new members"),
      },
      (ctx, { params, body }) => conversations.addMembers(ctx, params.id, body.ids),
    ),
  )
  .openapi(
    ...write(
      "delete",
      "/api/conversations/{id}/participants/{userId}",
      { tags, params: memberParams, response: noContent("Removed; the viewer's own id leaves the group") },
      (ctx, { params }) => conversations.removeMember(ctx, params.id, params.userId),
    ),
  )
  .openapi(
    ...write(
      "put",
      "/api/conversations/{id}/participants/{userId}/role",
      {
        tags,
        params: memberParams,
        body: z.strictObject({ role: z.enum(memberRoles) }),
        response: ok(conversationSchema, "The group with the changed role"),
      },
      (ctx, { params, body }) => conversations.setMemberRole(ctx, params.id, params.userId, body.role),
    ),
  );
