/** Writes to comments. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import { textArray } from "./sql.ts";

export interface NewComment {
  id: string;
  postId: string;
  parentId: string | null;
  clientId: string | null;
  body: string;
  mentionedHandles: readonly string[];
}

export const insertComment = (comment: NewComment): Statement<never> =>
  statement(sql`
  insert into comments (id, post_id, author_id, parent_id, client_id, body, mentioned_handles)
  values (${comment.id}, ${comment.postId}, app.viewer(), ${comment.parentId}, ${comment.clientId}, ${comment.body},
    ${textArray(comment.mentionedHandles)})`);

/** Soft-deletes the viewer's own comment; raises GONE, NOT_FOUND or FORBIDDEN. */
export const deleteComment = (id: string): Statement<{ view: null }> =>
  statement(sql`select null::jsonb as view from app.delete_comment(${id})`);
