/** Mentions of accounts in posts and comments. */
import { pgTable, unique, uuid } from "drizzle-orm/pg-core";
import { at, ownId } from "./columns.ts";
import { comments } from "./comments.ts";
import { posts } from "./posts.ts";
import { profiles } from "./profiles.ts";

export const mentions = pgTable(
  "mentions",
  {
    id: ownId().primaryKey(),
    postId: uuid("post_id")
      .notNull()
      .references(() => posts.id, { onDelete: "cascade" }),
    commentId: uuid("comment_id").references(() => comments.id, { onDelete: "cascade" }),
    mentionedId: uuid("mentioned_id")
      .notNull()
      .references(() => profiles.userId, { onDelete: "cascade" }),
    mentionedBy: uuid("mentioned_by")
      .notNull()
      .references(() => profiles.userId, { onDelete: "cascade" }),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (table) => [unique().on(table.postId, table.commentId, table.mentionedId).nullsNotDistinct()],
);
