/** Notifications, unread counts, badges and milestones. The monthly partitions are only in the migrations. */
import {
  bigint,
  boolean,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { at, ownId } from "./columns.ts";
import { profiles } from "./profiles.ts";

export const notificationType = pgEnum("notification_type", [
  "post_upvote",
  "post_comment",
  "comment_reply",
  "mention",
  "new_follower",
  "answer_upvote",
  "answer_comment",
  "badge_earned",
  "milestone",
]);
export const notificationEntity = pgEnum("notification_entity", ["post", "comment", "user"]);

const owner = () => uuid("user_id").references(() => profiles.userId, { onDelete: "cascade" });

export const notifications = pgTable(
  "notifications",
  {
    id: ownId().notNull(),
    userId: owner().notNull(),
    type: notificationType("type").notNull(),
    message: text("message").notNull(),
    entityId: uuid("entity_id").notNull(),
    entityType: notificationEntity("entity_type").notNull(),
    actorId: uuid("actor_id").references(() => profiles.userId, { onDelete: "set null" }),
    link: text("link").notNull(),
    detail: jsonb("detail").notNull().default({}),
    isRead: boolean("is_read").notNull().default(false),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.id, table.createdAt] })],
);

export const notificationKeys = pgTable(
  "notification_keys",
  { userId: owner().notNull(), key: text("key").notNull(), lastAt: at("last_at").notNull().defaultNow() },
  (table) => [primaryKey({ columns: [table.userId, table.key] })],
);

export const notificationCounts = pgTable("notification_counts", {
  userId: owner().primaryKey(),
  unread: integer("unread").notNull().default(0),
  version: bigint("version", { mode: "number" }).notNull().default(0),
});

export const badges = pgTable(
  "badges",
  {
    id: ownId().primaryKey(),
    userId: owner().notNull(),
    badge: text("badge", { enum: ["first_answer"] }).notNull(),
    earnedAt: at("earned_at").notNull().defaultNow(),
  },
  (table) => [unique().on(table.userId, table.badge)],
);

export const milestones = pgTable(
  "milestones",
  {
    id: ownId().primaryKey(),
    userId: owner().notNull(),
    kind: text("kind", { enum: ["upvotes", "followers"] }).notNull(),
    threshold: integer("threshold").notNull(),
    reachedAt: at("reached_at").notNull().defaultNow(),
  },
  (table) => [unique().on(table.userId, table.kind, table.threshold)],
);
