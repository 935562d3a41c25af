/** JSON of notifications in responses and events. */
import { z } from "zod";
import { badgeTypes, personSchema } from "./person.view.ts";

export const notificationTypes = [
  "post_upvote",
  "post_comment",
  "comment_reply",
  "mention",
  "new_follower",
  "answer_upvote",
  "answer_comment",
  "badge_earned",
  "milestone",
] as const;

export const notificationViewSchema = z.object({
  id: z.uuid(),
  type: z.enum(notificationTypes),
  /** English text, for clients without translations. */
  message: z.string(),
  actor: personSchema.nullable(),
  entityType: z.enum(["post", "comment", "user"]),
  entityId: z.uuid(),
  /** Path in the web app, with a fragment for the element on the page. */
  link: z.string(),
  detail: z.object({
    excerpt: z.string().optional(),
    badge: z.enum(badgeTypes).optional(),
    kind: z.enum(["upvotes", "followers"]).optional(),
    threshold: z.int().optional(),
  }),
  isRead: z.boolean(),
  createdAt: z.iso.datetime({ offset: true }),
});
export type NotificationView = z.infer<typeof notificationViewSchema>;

export const unreadViewSchema = z.object({ unread: z.int(), version: z.int() });
/** The unread count. `version` tells a delayed response from a newer event. */
export type UnreadView = z.infer<typeof unreadViewSchema>;
