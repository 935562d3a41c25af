/** Notifications: the list, the unread count, marking as read. */
import { notificationViewSchema, unreadViewSchema } from "../../../db/views/notification.view.ts";
import { readMarkSchema } from "../../services/notifications.rules.ts";
import * as notifications from "../../services/notifications.service.ts";
import { read, write } from "../contract/endpoint.ts";
import { newRouter } from "../contract/router.ts";
import { ok, page, pageQuery } from "../contract/schemas.ts";

const tags = ["Notifications"];

export const notificationsRoute = newRouter()
  .openapi(
    ...read(
      "/api/notifications",
      { tags, query: pageQuery, response: ok(page(notificationViewSchema), "Newest first") },
      (ctx, { query }) => notifications.listNotifications(ctx, query),
    ),
  )
  .openapi(
    ...read(
      "/api/notifications/unread-count",
      { tags, response: ok(unreadViewSchema, "The unread count") },
      (ctx) => notifications.readUnreadCount(ctx),
    ),
  )
  .openapi(
    ...write(
      "post",
      "/api/notifications/read",
      { tags, body: readMarkSchema, response: ok(unreadViewSchema, "The unread count afterwards") },
      (ctx, { body }) => notifications.markNotificationsRead(ctx, body),
    ),
  );
