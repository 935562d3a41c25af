/** Posts, questions and answers, their cached counts and votes. */
import {
  type AnyPgColumn,
  bigint,
  integer,
  pgEnum,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { at, ownId } from "./columns.ts";
import { profiles } from "./profiles.ts";

export const postKind = pgEnum("post_kind", ["post", "question", "answer"]);

export const posts = pgTable("posts", {
  id: ownId().primaryKey(),
  kind: postKind("kind").notNull(),
  authorId: uuid("author_id")
    .notNull()
    .references(() => profiles.userId, { onDelete: "cascade" }),
  questionId: uuid("question_id").references((): AnyPgColumn => posts.id, { onDelete: "cascade" }),
  title: text("title"),
  body: text("body").notNull(),
  mentionedHandles: text("mentioned_handles").array().notNull().default([]),
  createdAt: at("created_at").notNull().defaultNow(),
  deletedAt: at("deleted_at"),
});

export const postStats = pgTable("post_stats", {
  postId: uuid("post_id")
    .primaryKey()
    .references(() => posts.id, { onDelete: "cascade" }),
  upvotes: integer("upvotes").notNull().default(0),
  downvotes: integer("downvotes").notNull().default(0),
  comments: integer("comments").notNull().default(0),
  answers: integer("answers").notNull().default(0),
  version: bigint("version", { mode: "number" }).notNull().default(0),
});

export const postVotes = pgTable(
  "post_votes",
  {
    postId: uuid("post_id")
      .notNull()
      .references(() => posts.id, { onDelete: "cascade" }),
    voterId: uuid("voter_id")
      .notNull()
      .references(() => profiles.userId, { onDelete: "cascade" }),
    value: smallint("value").notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.postId, table.voterId] })],
);
