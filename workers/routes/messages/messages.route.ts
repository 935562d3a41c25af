/**
 * Messages of a conversation over HTTP. The conversation's room serves these routes and its sockets alike.
 */
import { z } from "@hono/zod-openapi";
import { foundMessageSchema, messageAckSchema, messageSchema } from "../../../db/views/conversation.view.ts";
import {
  emojiSchema,
  messageBodySchema,
  newMessageSchema,
} from "../../../party/protocol/conversation-commands.ts";
import { SEARCH_MAX_CHARS, SEARCH_MIN_CHARS } from "../../../party/protocol/limits.ts";
import * as messages from "../../services/messages.service.ts";
import { plainText } from "../../services/text.rules.ts";
import { read, write } from "../contract/endpoint.ts";
import { newRouter } from "../contract/router.ts";
import {
  created,
  eventsPage,
  eventsQuery,
  idParams,
  noContent,
  ok,
  page,
  pageQuery,
} from "../contract/schemas.ts";

const tags = ["Messages"];
const seq = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const messageParams = idParams.extend({ seq });

export const messagesRoute = newRouter()
  .openapi(
    ...read(
      "/api/conversations/{id}/messages",
      {
        tags,
        params: idParams,
        query: pageQuery.pick({ limit: true }).extend({
          before: seq.optional().openapi({ description: "nextCursor of the page before: a message's seq" }),
        }),
        response: ok(
          page(messageSchema).extend({
            quoted: z
              .array(messageSchema)
              .openapi({ description: "What items answer and that is not among them" }),
          }),
          "Newest first",
        ),
      },
      (ctx, { params, query }) => messages.listMessages(ctx, params.id, query),
    ),
  )
  .openapi(
    ...write(
      "post",
      "/api/conversations/{id}/messages",
      {
        tags,
        description: "Idempotent by clientId: a repeated request returns the same acknowledgement.",
        params: idParams,
        body: newMessageSchema,
        response: created(messageAckSchema, "The acknowledgement: stored, with this seq"),
      },
      (ctx, { params, body }) => messages.sendMessage(ctx, params.id, body),
    ),
  )
  .openapi(
    ...write(
      "patch",
      "/api/conversations/{id}/messages/{seq}",
      {
        tags,
        description: "Edits the viewer's own message, within a day.",
        params: messageParams,
        body: z.strictObject({ body: messageBodySchema }),
        response: ok(messageSchema, "The edited message"),
      },
      (ctx, { params: { id, seq }, body }) =>
        messages.changeMessage(ctx, id, { type: "message.edit", seq, ...body }),
    ),
  )
  .openapi(
    ...write(
      "delete",
      "/api/conversations/{id}/messages/{seq}",
      {
        tags,
        description: "Deletes a message for everybody: its seq stays, its body is removed.",
        params: messageParams,
        response: ok(messageSchema, "The deleted message, without its body"),
      },
      (ctx, { params: { id, seq } }) => messages.changeMessage(ctx, id, { type: "message.delete", seq }),
    ),
  )
  .openapi(
    ...write(
      "put",
      "/api/conversations/{id}/messages/{seq}/reactions",
      {
        tags,
        description: "Adds or removes a reaction with one emoji.",
        params: messageParams,
        body: z.strictObject({ emoji: emojiSchema, isOn: z.boolean() }),
        response: ok(messageSchema, "The message with its reactions"),
      },
      (ctx, { params: { id, seq }, body }) =>
        messages.changeMessage(ctx, id, { type: "message.react", seq, ...body }),
    ),
  )
  .openapi(
    ...write(
      "post",
      "/api/conversations/{id}/read",
      {
        tags,
        params: idParams,
        body: z.strictObject({ seq: z.int().min(1) }),
        response: noContent("The read pointer is at this seq or later"),
      },
      (ctx, { params, body }) => messages.markRead(ctx, params.id, body.seq),
    ),
  )
  .openapi(
    ...read(
      "/api/conversations/{id}/events",
      { tags: ["Events"], params: idParams, query: eventsQuery, response: eventsPage },
      (ctx, { params, query }) => messages.pollConversationEvents(ctx, params.id, query.after),
    ),
  )
  .openapi(
    ...read(
      "/api/messages/search",
      {
        tags,
        query: pageQuery.extend({
          q: plainText(SEARCH_MIN_CHARS, SEARCH_MAX_CHARS),
          conversationId: z.uuid().optional().openapi({ description: "Of this conversation alone" }),
        }),
        response: ok(page(foundMessageSchema), "Messages of the viewer's conversations, newest first"),
      },
      (ctx, { query }) => messages.searchMessages(ctx, query),
    ),
  );
