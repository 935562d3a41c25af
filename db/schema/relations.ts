/** Follows, blocks and mutes. */
import { pgTable, primaryKey, unique, uuid } from "drizzle-orm/pg-core";
import { at, ownId } from "./columns.ts";
import { profiles } from "./profiles.ts";

const person = (name: string) =>
  uuid(name)
    .notNull()
    .references(() => profiles.userId, { onDelete: "cascade" });

export const userFollows = pgTable(
  "user_follows",
  {
    id: ownId().primaryKey(),
    followerId: person("follower_id"),
    followingId: person("following_id"),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (table) => [unique().on(table.followerId, table.followingId)],
);

export const blocks = pgTable(
  "blocks",
  {
    blockerId: person("blocker_id"),
    blockedId: person("blocked_id"),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.blockerId, table.blockedId] })],
);

export const mutes = pgTable(
  "mutes",
  {
    muterId: person("muter_id"),
    mutedId: person("muted_id"),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.muterId, table.mutedId] })],
);
