/** Comments, nested, and their votes. */
import { isNotNull } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at, bytes, ownId } from "./columns.ts";
import { posts } from "./posts.ts";
import { profiles } from "./profiles.ts";

export const comments = pgTable(
  "comments",
  {
    id: ownId().primaryKey(),
    postId: uuid("post_id")
      .notNull()
      .references(() => posts.id, { onDelete: "cascade" }),
    authorId: uuid("author_id").references(() => profiles.userId, { onDelete: "cascade" }),
    parentId: uuid("parent_id").references((): AnyPgColumn => comments.id, { onDelete: "cascade" }),
    path: bytes("path").notNull(),
    depth: smallint("depth").notNull(),
    body: text("body").notNull(),
    clientId: uuid("client_id"),
    mentionedHandles: text("mentioned_handles").array().notNull().default([]),
    createdAt: at("created_at").notNull().defaultNow(),
    deletedAt: at("deleted_at"),
  },
  (table) => [
    uniqueIndex("comments_thread").on(table.postId, table.path),
    uniqueIndex("comments_client_id").on(table.authorId, table.clientId).where(isNotNull(table.clientId)),
  ],
);

export const commentStats = pgTable("comment_stats", {
  commentId: uuid("comment_id")
    .primaryKey()
    .references(() => comments.id, { onDelete: "cascade" }),
  upvotes: integer("upvotes").notNull().default(0),
  downvotes: integer("downvotes").notNull().default(0),
  replies: integer("replies").notNull().default(0),
  version: bigint("version", { mode: "number" }).notNull().default(0),
});

export const commentVotes = pgTable(
  "comment_votes",
  {
    commentId: uuid("comment_id")
      .notNull()
      .references(() => comments.id, { onDelete: "cascade" }),
    voterId: uuid("voter_id")
      .notNull()
      .references(() => profiles.userId, { onDelete: "cascade" }),
    value: smallint("value").notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.commentId, table.voterId] })],
);
