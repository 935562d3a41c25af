/** Writes to posts and votes. Triggers check, count, notify and add outbox rows. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import type { VoteValue, VoteView } from "../views/post.view.ts";
import { textArray } from "./sql.ts";

export interface NewPost {
  id: string;
  kind: "post" | "question" | "answer";
  questionId: string | null;
  title: string | null;
  body: string;
  mentionedHandles: readonly string[];
}

export const insertPost = (post: NewPost): Statement<never> =>
  statement(sql`
  insert into posts (id, kind, author_id, question_id, title, body, mentioned_handles)
  values (${post.id}, ${post.kind}, app.viewer(), ${post.questionId}, ${post.title}, ${post.body}, ${textArray(post.mentionedHandles)})`);

/** Soft-deletes the viewer's own post; raises GONE, NOT_FOUND or FORBIDDEN. */
export const deletePost = (id: string): Statement<{ view: null }> =>
  statement(sql`select null::jsonb as view from app.delete_post(${id})`);

/** Sets the viewer's vote; 0 deletes it. An unchanged vote writes nothing. */
export const setVote = (target: "post" | "comment", id: string, value: VoteValue): Statement<never> => {
  const table = sql.raw(`${target}_votes`);
  const key = sql.raw(`${target}_id`);
  if (value === 0)
    return statement(sql`delete from ${table} where ${key} = ${id} and voter_id = app.viewer()`);
  return statement(sql`
    insert into ${table} as existing (${key}, voter_id, value) values (${id}, app.viewer(), ${value})
    on conflict (${key}, voter_id) do update set value = excluded.value where existing.value <> excluded.value`);
};

/**
 * Raises GONE or NOT_FOUND for a target that cannot be voted on; needed for deleting a vote, which has no
 * trigger guard.
 */
export const requireOpen = (target: "post" | "comment", id: string): Statement<never> =>
  statement(sql`select app.${sql.raw(`require_votable_${target}`)}(${id})`);

/** The vote and the counts after it. */
export const selectVote = (
  target: "post" | "comment",
  id: string,
  value: VoteValue,
): Statement<{ view: VoteView }> => {
  const key = sql.raw(`${target}_id`);
  return statement(sql`
    select jsonb_build_object('value', ${value}::int, 'upvotes', upvotes, 'downvotes', downvotes, 'score', upvotes - downvotes,
      'version', version) as view
    from ${sql.raw(`${target}_stats`)} where ${key} = ${id}`);
};
