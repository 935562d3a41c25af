/**
 * Posts. Every list has the same steps: skeleton (ids), hydration (rows), rules (policies, mutes),
 * presentation (JSON).
 */
import { type SQL, sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import type { PostView } from "../views/post.view.ts";
import type { ScoreKey, TimeKey } from "./cursor.ts";
import { NEW_POSTS_COUNT_MAX } from "./limits.ts";

export interface PostRow {
  view: PostView;
  /** Sort key for the cursor: a timestamp with microseconds, as text. */
  at: string;
  score: number;
}

const voteOf = sql`case when (select app.viewer()) is null then null else jsonb_build_object('vote', coalesce(v.value, 0)) end`;
const hydrated = sql`
  join post_stats s on s.post_id = p.id
  join profiles a on a.user_id = p.author_id
  left join posts q on q.id = p.question_id
  left join post_votes v on v.post_id = p.id and v.voter_id = (select app.viewer())`;
const presented = sql`app.post_json(p, s, a, q.title) || jsonb_build_object('viewer', ${voteOf}) as view`;
const instant = (column: SQL) => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00')`;
const notMuted = sql`p.author_id <> all (array(select muted_id from mutes where muter_id = (select app.viewer())))`;

/** Which posts a list contains. Muted authors are left out of feeds, not of their own profile page. */
export type PostScope = { feed: "latest" } | { feed: "following" } | { profile: string };

function within(scope: PostScope): SQL {
  if ("profile" in scope)
    return sql`p.author_id = (select user_id from profiles where handle = ${scope.profile})`;
  if (scope.feed === "latest") return notMuted;
  return sql`${notMuted} and p.author_id = any (array(
    select following_id from user_follows where follower_id = (select app.viewer()) union all select app.viewer()))`;
}

/** One post. */
export const selectPost = (id: string): Statement<PostRow> =>
  statement(sql`
  select ${presented}, ${instant(sql`p.created_at`)} as at, s.upvotes - s.downvotes as score
  from posts p ${hydrated} where p.id = ${id}`);

/** State of a post for the viewer: 'open', 'gone' (deleted) or 'missing'. */
export const selectPostState = (id: string): Statement<{ state: "open" | "gone" | "missing" }> =>
  statement(sql`select app.post_state(${id}) as state`);

/** A page, newest first. Returns up to `limit` + 1 rows. */
export const selectPosts = (scope: PostScope, after: TimeKey | null, limit: number): Statement<PostRow> =>
  statement(sql`
  with page as (
    select p.id from posts p where p.deleted_at is null and ${within(scope)}
    ${after ? sql`and (p.created_at, p.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``}
    order by p.created_at desc, p.id desc limit ${limit + 1}
  )
  select ${presented}, ${instant(sql`p.created_at`)} as at, s.upvotes - s.downvotes as score
  from page join posts p on p.id = page.id ${hydrated}
  order by p.created_at desc, p.id desc`);

/**
 * Counts posts of others in a feed newer than `since`, up to NEW_POSTS_COUNT_MAX, and returns the newest post's
 * sort key.
 */
export const selectNewPosts = (
  scope: PostScope,
  since: TimeKey | null,
): Statement<{ count: number; at: string | null; id: string | null }> =>
  statement(sql`
  with newest as (
    select p.id, p.created_at from posts p where p.deleted_at is null and ${within(scope)}
    order by p.created_at desc, p.id desc limit 1
  ), fresh as (
    select 1 from posts p where ${
      since
        ? sql`p.deleted_at is null and ${within(scope)}
      and p.author_id is distinct from (select app.viewer())
      and (p.created_at, p.id) > (${since[0]}::timestamptz, ${since[1]}::uuid)`
        : sql`false`
    }
    limit ${NEW_POSTS_COUNT_MAX}
  )
  select (select count(*)::int from fresh) as count, (select ${instant(sql`created_at`)} from newest) as at, (select id from newest) as id`);

/** A question's answers, highest score first. Returns up to `limit` + 1 rows. */
export const selectAnswers = (
  questionId: string,
  after: ScoreKey | null,
  limit: number,
): Statement<PostRow> =>
  statement(sql`
  select ${presented}, ${instant(sql`p.created_at`)} as at, s.upvotes - s.downvotes as score
  from posts p ${hydrated}
  where p.question_id = ${questionId} and ${notMuted}
  ${after ? sql`and (-(s.upvotes - s.downvotes), p.id) > (${-after[0]}::int, ${after[1]}::uuid)` : sql``}
  order by -(s.upvotes - s.downvotes), p.id limit ${limit + 1}`);

/**
 * For the post's room, before it accepts a socket: the post's author, and the accounts hidden from the
 * viewer.
 */
export const selectPostAudience = (id: string): Statement<{ author_id: string; hidden_ids: string[] }> =>
  statement(sql`
  select p.author_id, array(
    select unnest(app.hidden()) union select muted_id from mutes where muter_id = (select app.viewer())
  ) as hidden_ids from posts p where p.id = ${id}`);
