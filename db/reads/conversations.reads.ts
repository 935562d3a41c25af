/** Conversations and messages for viewers, message search, and what rooms load when they start. */
import { type SQL, sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import type { Conversation, FoundMessage, Message } from "../views/conversation.view.ts";
import type {
  ConversationSnapshot,
  ConversationSummary,
  StoredMessage,
} from "../views/conversation-snapshot.view.ts";
import type { TimeKey } from "./cursor.ts";
import { FOLLOWED_BY_COUNT_MAX } from "./limits.ts";

const viewer = sql`(select app.viewer())`;
const instant = (column: SQL) => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00')`;

export interface ConversationRow {
  view: Conversation;
  /**
   * Sort key for the cursor: time of the newest message, or of the conversation's creation before the first
   * message.
   */
  at: string;
  id: string;
}

/**
 * Adds `sender` to the view `v` of a direct request: when the stranger joined, and how many followed accounts
 * follow it.
 */
const withSender = sql`v.view || coalesce((
  select jsonb_build_object('sender', jsonb_build_object('joinedAt', app.iso(u.created_at), 'followedBy', (
    select count(*)::int from (
      select from user_follows theirs
      join user_follows own on own.follower_id = ${viewer} and own.following_id = theirs.follower_id
      where theirs.following_id = u.user_id limit ${FOLLOWED_BY_COUNT_MAX}) counted)))
  from conversation_participants o join profiles u on u.user_id = o.user_id
  where v.view -> 'viewer' ->> 'state' = 'requested' and v.view ->> 'kind' = 'direct'
    and o.conversation_id = v.id and o.user_id <> ${viewer}), '{}') as view`;

/** A page of the viewer's conversations, newest message first. Returns up to `limit` + 1 rows. */
export const selectConversations = (
  state: "accepted" | "requested",
  after: TimeKey | null,
  limit: number,
): Statement<ConversationRow> =>
  statement(sql`
  with page as materialized (
    select c.id, coalesce(c.last_message_at, c.created_at) as at
    from conversation_participants p join conversations c on c.id = p.conversation_id
    where p.user_id = ${viewer} and p.state = ${state}
    ${
      after
        ? sql`and (coalesce(c.last_message_at, c.created_at), c.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`
        : sql``
    }
    order by at desc, c.id desc limit ${limit + 1}
  )
  select ${withSender}, ${instant(sql`page.at`)} as at, page.id
  from page join app.conversation_views(array(select id from page)) v on v.id = page.id
  order by page.at desc, page.id desc`);

/** One conversation; no row when the viewer is not a member. */
export const selectConversation = (id: string): Statement<{ view: Conversation }> =>
  statement(sql`select ${withSender} from app.conversation_views(array[${id}::uuid]) v`);

/**
 * The conversation opened in this transaction (openConversation) and whether it is new; the response to that
 * write.
 */
export const selectOpenedConversation = (): Statement<{
  view: { conversation: Conversation; isNew: boolean };
}> =>
  statement(sql`
  select jsonb_build_object('conversation', view, 'isNew', current_setting('app.opened_is_new')::boolean) as view
  from app.conversation_views(array[current_setting('app.opened')::uuid])`);

/**
 * Accounts whose messages are hidden from the viewer in this conversation. Direct conversations hide none.
 */
const hiddenIn = (id: string): SQL => sql`
  select case when kind = 'direct' then '{}' else array(
    select unnest(app.hidden()) union select muted_id from mutes where muter_id = ${viewer}) end as ids
  from conversations where id = ${id}`;

export interface MessageRow {
  view: Message;
  /** True for a message that is included only because a message of the page replies to it. */
  is_quoted: boolean;
}

/**
 * A page of a conversation's messages, newest first, up to `limit` + 1 rows; then the messages that these
 * reply to, unless they are on the page. No rows when the viewer is not a member.
 * @param before only messages with a smaller seq
 */
export const selectMessages = (id: string, before: number | null, limit: number): Statement<MessageRow> =>
  statement(sql`
  with hidden as materialized (${hiddenIn(id)}),
  page as materialized (
    select m.* from messages m where m.conversation_id = ${id} ${before === null ? sql`` : sql`and m.seq < ${before}::bigint`}
    order by m.seq desc limit ${limit + 1}
  ),
  quoted as (
    select m.* from messages m where m.conversation_id = ${id}
      and m.seq = any (array(select reply_to_seq from page except select seq from page))
  )
  select app.message_json(m, hidden.ids) as view, is_quoted
  from (select page::messages as m, false as is_quoted from page union all select quoted::messages, true from quoted) rows, hidden
  order by is_quoted, (m).seq desc`);

/** Messages by seq, as quotes for newer messages that reply to them. */
export const selectMessagesBySeq = (id: string, seqs: readonly number[]): Statement<MessageRow> =>
  statement(sql`
  with hidden as materialized (${hiddenIn(id)})
  select app.message_json(m, hidden.ids) as view, true as is_quoted from messages m, hidden
  where m.conversation_id = ${id} and m.seq = any (${`{${seqs.join(",")}}`}::bigint[])`);

export interface FoundMessageRow {
  view: FoundMessage;
  at: string;
  id: string;
}

/**
 * The viewer's messages that match a query, newest first, up to `limit` + 1 rows. The last word matches as a
 * prefix.
 * @param onlyIn limits the search to one conversation; no rows when the viewer is not a member of it
 */
export const searchMessages = (
  query: string,
  onlyIn: string | null,
  after: TimeKey | null,
  limit: number,
): Statement<FoundMessageRow> =>
  statement(sql`
  select view, ${instant(sql`at`)} as at, id
  from app.search_messages(${query}, ${onlyIn}::uuid, ${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}::uuid, ${limit + 1})`);

/** As plaza_service, for the conversation's room: its snapshot; null when the conversation does not exist. */
export const selectConversationSnapshot = (
  id: string,
): Statement<{ snapshot: ConversationSnapshot | null }> =>
  statement(sql`select app.conversation_snapshot(${id}) as snapshot`);

/** As plaza_service, for the conversation's room: the newest messages, newest first. */
export const selectNewestMessages = (id: string, limit: number): Statement<{ message: StoredMessage }> =>
  statement(sql`
  select app.stored_message_json(m) as message from messages m where m.conversation_id = ${id} order by m.seq desc limit ${limit}`);

/** As plaza_service, for the conversation's room: one message. */
export const selectMessageBySeq = (id: string, seq: number): Statement<{ message: StoredMessage }> =>
  statement(sql`
  select app.stored_message_json(m) as message from messages m where m.conversation_id = ${id} and m.seq = ${seq}::bigint`);

/** As plaza_service, for an account's UserRoom: summaries of all conversations of which it is a member. */
export const selectConversationSummaries = (userId: string): Statement<{ summary: ConversationSummary }> =>
  statement(sql`select view as summary from app.conversation_summaries(${userId})`);
