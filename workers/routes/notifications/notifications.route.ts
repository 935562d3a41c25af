/** Notifications, and the account's events for those who cannot hold a socket. */
import { createRoute, z } from "@hono/zod-openapi";
import { notificationViewSchema, unreadViewSchema } from "../../../db/views/notification.view.ts";
import { IDS_MAX } from "../../limits.ts";
import * as events from "../../services/events.service.ts";
import * as notifications from "../../services/notifications.service.ts";
import {
  body,
  eventsAnswer,
  eventsQuery,
  idempotencyHeader,
  json,
  page,
  pageQuery,
  readFailures,
  writeFailures,
} from "../contract/contract.ts";
import { newRouter } from "../contract/router.ts";

const whichRead = z.union([
  z.strictObject({ ids: z.array(z.uuid()).min(1).max(IDS_MAX) }),
  z.strictObject({ all: z.literal(true) }),
]);

export const notificationsRoute = newRouter()
  .openapi(
    createRoute({
      method: "get",
      path: "/api/notifications",
      tags: ["Notifications"],
      request: { query: pageQuery },
      responses: { 200: json(page(notificationViewSchema), "Newest first"), ...readFailures },
    }),
    async (c) =>
      c.json(await notifications.readNotificationPage(c.get("service"), c.req.valid("query")), 200),
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/notifications/unread-count",
      tags: ["Notifications"],
      responses: { 200: json(unreadViewSchema, "The one unread number"), ...readFailures },
    }),
    async (c) => c.json(await notifications.readUnreadCount(c.get("service")), 200),
  )
  .openapi(
    createRoute({
      method: "post",
      path: "/api/notifications/read",
      tags: ["Notifications"],
      request: { body: body(whichRead), headers: idempotencyHeader },
      responses: { 200: json(unreadViewSchema, "The unread number after it"), ...writeFailures },
    }),
    async (c) =>
      c.json(await notifications.markNotificationsRead(c.get("service"), c.req.valid("json")), 200),
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/events/poll",
      tags: ["Events"],
      request: { query: eventsQuery },
      responses: { 200: eventsAnswer, ...readFailures },
    }),
    async (c) => c.json(await events.pollEvents(c.get("service"), c.req.valid("query").after), 200),
  );
