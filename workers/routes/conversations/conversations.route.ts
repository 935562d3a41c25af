/** Conversations: who talks with whom, and how it is called. */
import { createRoute, z } from "@hono/zod-openapi";
import {
  conversationSchema,
  conversationTotalsSchema,
  participantRoles,
  participantStates,
} from "../../../db/views/conversation.view.ts";
import { CONVERSATION_NAME_MAX_CHARS, CONVERSATION_PEOPLE_MAX } from "../../limits.ts";
import * as conversations from "../../services/conversations.service.ts";
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

const name = plainText(1, CONVERSATION_NAME_MAX_CHARS);
const others = z
  .array(z.uuid())
  .min(1)
  .max(CONVERSATION_PEOPLE_MAX - 1);
const newConversation = z.strictObject({
  participantIds: others.openapi({
    description: "One, and no name: the direct conversation with that person",
  }),
  name: name.optional(),
});
const participantParams = idParams.extend({ userId: z.uuid() });

export const conversationsRoute = newRouter()
  .openapi(
    createRoute({
      method: "get",
      path: "/api/conversations",
      tags: ["Conversations"],
      request: { query: pageQuery.extend({ state: z.enum(participantStates).default("accepted") }) },
      responses: {
        200: json(page(conversationSchema), "The viewer's, or those that wait for an answer; newest first"),
        ...readFailures,
      },
    }),
    async (c) =>
      c.json(await conversations.readConversationPage(c.get("service"), c.req.valid("query")), 200),
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/conversations/unread-count",
      tags: ["Conversations"],
      responses: {
        200: json(conversationTotalsSchema, "Unread messages and waiting requests"),
        ...readFailures,
      },
    }),
    async (c) => c.json(await conversations.readTotals(c.get("service")), 200),
  )
  .openapi(
    createRoute({
      method: "post",
      path: "/api/conversations",
      tags: ["Conversations"],
      request: { body: body(newConversation), headers: idempotencyHeader },
      responses: {
        200: json(conversationSchema, "The direct conversation that these two have already"),
        201: json(conversationSchema, "A new conversation"),
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
    createRoute({
      method: "get",
      path: "/api/conversations/{id}",
      tags: ["Conversations"],
      request: { params: idParams },
      responses: { 200: json(conversationSchema, "The conversation"), ...readFailures },
    }),
    async (c) =>
      c.json(await conversations.readConversationById(c.get("service"), c.req.valid("param").id), 200),
  )
  .openapi(
    createRoute({
      method: "patch",
      path: "/api/conversations/{id}",
      tags: ["Conversations"],
      request: {
        params: idParams,
        body: body(z.strictObject({ name: name.nullable() })),
        headers: idempotencyHeader,
      },
      responses: { 200: json(conversationSchema, "The group under its new name, or none"), ...writeFailures },
    }),
    async (c) =>
      c.json(
        await conversations.renameConversation(
          c.get("service"),
          c.req.valid("param").id,
          c.req.valid("json").name,
        ),
        200,
      ),
  )
  .openapi(
    createRoute({
      method: "put",
      path: "/api/conversations/{id}/silence",
      tags: ["Conversations"],
      request: {
        params: idParams,
        body: body(z.strictObject({ isMuted: z.boolean() })),
        headers: idempotencyHeader,
      },
      responses: {
        200: json(conversationSchema, "Silenced: makes no sound and does not count"),
        ...writeFailures,
      },
    }),
    async (c) =>
      c.json(
        await conversations.silenceConversation(
          c.get("service"),
          c.req.valid("param").id,
          c.req.valid("json").isMuted,
        ),
        200,
      ),
  )
  .openapi(
    createRoute({
      method: "put",
      path: "/api/conversations/{id}/request",
      tags: ["Conversations"],
      request: {
        params: idParams,
        body: body(z.strictObject({ accept: z.boolean() })),
        headers: idempotencyHeader,
      },
      responses: {
        200: json(conversationSchema, "Accepted"),
        204: { description: "Declined; the one who wrote is not told" },
        ...writeFailures,
      },
    }),
    async (c) => {
      const { accept } = c.req.valid("json");
      const answered = await conversations.answerRequest(c.get("service"), c.req.valid("param").id, accept);
      return answered === null ? c.body(null, 204) : c.json(answered, 200);
    },
  )
  .openapi(
    createRoute({
      method: "post",
      path: "/api/conversations/{id}/participants",
      tags: ["Conversations"],
      request: {
        params: idParams,
        body: body(z.strictObject({ ids: others })),
        headers: idempotencyHeader,
      },
      responses: { 200: json(conversationSchema, "The group with those added"), ...writeFailures },
    }),
    async (c) =>
      c.json(
        await conversations.addParticipants(
          c.get("service"),
          c.req.valid("param").id,
          c.req.valid("json").ids,
        ),
        200,
      ),
  )
  .openapi(
    createRoute({
      method: "delete",
      path: "/api/conversations/{id}/participants/{userId}",
      tags: ["Conversations"],
      request: { params: participantParams, headers: idempotencyHeader },
      responses: { 204: { description: "Removed, or left when it is oneself" }, ...writeFailures },
    }),
    async (c) => {
      const { id, userId } = c.req.valid("param");
      await conversations.removeParticipant(c.get("service"), id, userId);
      return c.body(null, 204);
    },
  )
  .openapi(
    createRoute({
      method: "put",
      path: "/api/conversations/{id}/participants/{userId}/role",
      tags: ["Conversations"],
      request: {
        params: participantParams,
        body: body(z.strictObject({ role: z.enum(participantRoles) })),
        headers: idempotencyHeader,
      },
      responses: { 200: json(conversationSchema, "The group with that role changed"), ...writeFailures },
    }),
    async (c) => {
      const { id, userId } = c.req.valid("param");
      return c.json(await conversations.setRole(c.get("service"), id, userId, c.req.valid("json").role), 200);
    },
  );
