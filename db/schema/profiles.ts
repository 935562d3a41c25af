/** Public profiles with their cached counts, and private settings. */
import { bigint, boolean, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { users } from "./accounts.ts";
import { at } from "./columns.ts";

export const profiles = pgTable("profiles", {
  userId: uuid("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  handle: text("handle").notNull().unique(),
  name: text("name").notNull(),
  bio: text("bio").notNull().default(""),
  createdAt: at("created_at").notNull().defaultNow(),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

export const userStats = pgTable("user_stats", {
  userId: uuid("user_id")
    .primaryKey()
    .references(() => profiles.userId, { onDelete: "cascade" }),
  followersCount: integer("followers_count").notNull().default(0),
  followingCount: integer("following_count").notNull().default(0),
  postsCount: integer("posts_count").notNull().default(0),
  answersCount: integer("answers_count").notNull().default(0),
  upvotesCount: integer("upvotes_count").notNull().default(0),
  version: bigint("version", { mode: "number" }).notNull().default(0),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

export const userSettings = pgTable("user_settings", {
  userId: uuid("user_id")
    .primaryKey()
    .references(() => profiles.userId, { onDelete: "cascade" }),
  language: text("language", { enum: ["en", "lt"] })
    .notNull()
    .default("en"),
  updatedAt: at("updated_at").notNull().defaultNow(),
  sharesReceipts: boolean("shares_receipts").notNull().default(true),
  presenceAudience: text("presence_audience", { enum: ["everyone", "mutuals", "chosen", "nobody"] })
    .notNull()
    .default("mutuals"),
});
