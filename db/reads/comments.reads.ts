/** Comments of a post: its thread, and single comments. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import type { CommentView } from "../views/comment.view.ts";
import type { PathKey } from "./cursor.ts";

export interface CommentRow {
  view: CommentView;
  /** The sort key, for the cursor: hex. */
  path: string;
}

const presented = sql`app.comment_json(c, s, a) || jsonb_build_object('viewer',
  case when (select app.viewer()) is null then null else jsonb_build_object('vote', coalesce(v.value, 0)) end) as view`;
const hydrated = sql`
  join comment_stats s on s.comment_id = c.id
  left join profiles a on a.user_id = c.author_id
  left join comment_votes v on v.comment_id = c.id and v.voter_id = (select app.viewer())`;

/** A page of the thread, depth first and oldest first. Returns up to `limit` + 1 rows. */
export const selectComments = (postId: string, after: PathKey | null, limit: number): Statement<CommentRow> =>
  statement(sql`
  select ${presented}, encode(c.path, 'hex') as path from comments c ${hydrated}
  where c.post_id = ${postId}
    and (c.author_id is null or c.author_id <> all (array(select muted_id from mutes where muter_id = (select app.viewer()))))
  ${after ? sql`and c.path > decode(${after[0]}, 'hex')` : sql``}
  order by c.path limit ${limit + 1}`);

/** One comment; the response to the write that inserted it. */
export const selectComment = (id: string): Statement<{ view: CommentView }> =>
  statement(sql`select ${presented} from comments c ${hydrated} where c.id = ${id}`);
