/** What is said in conversations. The same room stands behind this and behind the sockets. */
import { createRoute, z } from "@hono/zod-openapi";
import { foundMessageSchema, messageAckSchema, messageSchema } from "../../../db/views/conversation.view.ts";
import {
  emojiSchema,
  messageBodySchema,
  newMessageSchema,
} from "../../../party/protocol/conversation-commands.ts";
import { SEARCH_MAX_CHARS, SEARCH_MIN_CHARS } from "../../limits.ts";
import * as messages from "../../services/messages.service.ts";
import { plainText } from "../../services/text.rules.ts";
import {
  body,
  eventsAnswer,
  eventsQuery,
  idempotencyHeader,
  idParams,
  json,
  page,
  pageQuery,
  readFailures,
  writeFailures,
} from "../contract/contract.ts";
import { newRouter } from "../contract/router.ts";

const place = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const messageParams = idParams.extend({ seq: place });

export const messagesRoute = newRouter()
  .openapi(
    createRoute({
      method: "get",
      path: "/api/conversations/{id}/messages",
      tags: ["Messages"],
      request: {
        params: idParams,
        query: pageQuery.pick({ limit: true }).extend({
          before: place.optional().openapi({ description: "nextCursor of the page before: a message's seq" }),
        }),
      },
      responses: {
        200: json(
          page(messageSchema).extend({
            quoted: z
              .array(messageSchema)
              .openapi({ description: "What items answer and that is not among them" }),
          }),
          "Newest first",
        ),
        ...readFailures,
      },
    }),
    async (c) =>
      c.json(
        await messages.readMessagePage(c.get("service"), c.req.valid("param").id, c.req.valid("query")),
        200,
      ),
  )
  .openapi(
    createRoute({
      method: "post",
      path: "/api/conversations/{id}/messages",
      tags: ["Messages"],
      description:
        "The clientId makes it idempotent: sent again, it is the same message with the same answer.",
      request: { params: idParams, body: body(newMessageSchema), headers: idempotencyHeader },
      responses: { 201: json(messageAckSchema, "Written down, and at this place"), ...writeFailures },
    }),
    async (c) =>
      c.json(await messages.sendMessage(c.get("service"), c.req.valid("param").id, c.req.valid("json")), 201),
  )
  .openapi(
    createRoute({
      method: "patch",
      path: "/api/conversations/{id}/messages/{seq}",
      tags: ["Messages"],
      description: "Changes the words of one's own message, within a day.",
      request: {
        params: messageParams,
        body: body(z.strictObject({ body: messageBodySchema })),
        headers: idempotencyHeader,
      },
      responses: { 200: json(messageSchema, "The message as it is now"), ...writeFailures },
    }),
    async (c) => {
      const { id, seq } = c.req.valid("param");
      const change = { type: "message.edit", seq, body: c.req.valid("json").body } as const;
      return c.json(await messages.changeMessage(c.get("service"), id, change), 200);
    },
  )
  .openapi(
    createRoute({
      method: "delete",
      path: "/api/conversations/{id}/messages/{seq}",
      tags: ["Messages"],
      description: "Takes a message back for everybody: its place stays, its words go.",
      request: { params: messageParams, headers: idempotencyHeader },
      responses: { 200: json(messageSchema, "What is left of it"), ...writeFailures },
    }),
    async (c) => {
      const { id, seq } = c.req.valid("param");
      const change = { type: "message.delete", seq } as const;
      return c.json(await messages.changeMessage(c.get("service"), id, change), 200);
    },
  )
  .openapi(
    createRoute({
      method: "put",
      path: "/api/conversations/{id}/messages/{seq}/reactions",
      tags: ["Messages"],
      description: "Reacts to a message with one emoji, or takes that back.",
      request: {
        params: messageParams,
        body: body(z.strictObject({ emoji: emojiSchema, isOn: z.boolean() })),
        headers: idempotencyHeader,
      },
      responses: { 200: json(messageSchema, "The message with its reactions"), ...writeFailures },
    }),
    async (c) => {
      const { id, seq } = c.req.valid("param");
      const change = { type: "message.react", seq, ...c.req.valid("json") } as const;
      return c.json(await messages.changeMessage(c.get("service"), id, change), 200);
    },
  )
  .openapi(
    createRoute({
      method: "post",
      path: "/api/conversations/{id}/read",
      tags: ["Messages"],
      request: {
        params: idParams,
        body: body(z.strictObject({ seq: z.int().min(1) })),
        headers: idempotencyHeader,
      },
      responses: { 204: { description: "Read up to there" }, ...writeFailures },
    }),
    async (c) => {
      await messages.markRead(c.get("service"), c.req.valid("param").id, c.req.valid("json").seq);
      return c.body(null, 204);
    },
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/conversations/{id}/events",
      tags: ["Events"],
      request: { params: idParams, query: eventsQuery },
      responses: { 200: eventsAnswer, ...readFailures },
    }),
    async (c) =>
      c.json(
        await messages.pollConversation(
          c.get("service"),
          c.req.valid("param").id,
          c.req.valid("query").after,
        ),
        200,
      ),
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/messages/search",
      tags: ["Messages"],
      request: {
        query: pageQuery.extend({
          q: plainText(SEARCH_MIN_CHARS, SEARCH_MAX_CHARS),
          conversationId: z.uuid().optional().openapi({ description: "Of this conversation alone" }),
        }),
      },
      responses: {
        200: json(page(foundMessageSchema), "Messages of the viewer's conversations, newest first"),
        ...readFailures,
      },
    }),
    async (c) => c.json(await messages.searchMessages(c.get("service"), c.req.valid("query")), 200),
  );
