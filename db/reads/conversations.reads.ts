/** Conversations, their messages, search in them; and what the rooms load. */
import { type SQL, sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import type { Conversation, FoundMessage, Message } from "../views/conversation.view.ts";
import type {
  ConversationSnapshot,
  ConversationSummary,
  StoredMessage,
} from "../views/conversation-snapshot.view.ts";
import type { TimeKey } from "./cursor.ts";
import { FOLLOWED_BY_MOST } from "./limits.ts";

const viewer = sql`(select app.viewer())`;
const instant = (column: SQL) => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00')`;

export interface ConversationRow {
  view: Conversation;
  /** The sort key, for the cursor: the newest message's time, or the conversation's own before the first. */
  at: string;
  id: string;
}

/** What tells a stranger who asks from another, for a view `v` of a request; nothing for other conversations. */
const withSender = sql`v.view || coalesce((
  select jsonb_build_object('sender', jsonb_build_object('joinedAt', app.iso(u.created_at), 'followedBy', (
    select count(*)::int from (
      select from user_follows theirs
      join user_follows mine on mine.follower_id = ${viewer} and mine.following_id = theirs.follower_id
      where theirs.following_id = u.user_id limit ${FOLLOWED_BY_MOST}) known)))
  from conversation_participants o join profiles u on u.user_id = o.user_id
  where v.view -> 'viewer' ->> 'state' = 'requested' and v.view ->> 'kind' = 'direct'
    and o.conversation_id = v.id and o.user_id <> ${viewer}), '{}') as view`;

/** A page of the viewer's conversations, the one with the newest message first; one row beyond `limit`. */
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

/** One conversation; no row when the viewer is not in it. */
export const selectConversation = (id: string): Statement<{ view: Conversation }> =>
  statement(sql`select ${withSender} from app.conversation_views(array[${id}::uuid]) v`);

/** The conversation that this transaction opened (openConversation), and whether it is new: the answer to that write. */
export const selectOpenedConversation = (): Statement<{
  view: { conversation: Conversation; isNew: boolean };
}> =>
  statement(sql`
  select jsonb_build_object('conversation', view, 'isNew', current_setting('app.opened_is_new')::boolean) as view
  from app.conversation_views(array[current_setting('app.opened')::uuid])`);

/** Whose words the viewer is not shown in this conversation: nobody's in one of two, where it is all in plain sight. */
const hiddenIn = (id: string): SQL => sql`
  select case when kind = 'direct' then '{}' else array(
    select unnest(app.hidden()) union select muted_id from mutes where muter_id = ${viewer}) end as ids
  from conversations where id = ${id}`;

export interface MessageRow {
  view: Message;
  /** True for a message that is here only because one of the page answers it. */
  is_quoted: boolean;
}

/**
 * A page of a conversation's messages, newest first, one row beyond `limit`; after them the messages that these answer,
 * unless they are on the page. Nothing when the viewer is not in it.
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

/** Messages at certain places, as quotes: what newer ones answer. */
export const selectMessagesBySeq = (id: string, places: readonly number[]): Statement<MessageRow> =>
  statement(sql`
  with hidden as materialized (${hiddenIn(id)})
  select app.message_json(m, hidden.ids) as view, true as is_quoted from messages m, hidden
  where m.conversation_id = ${id} and m.seq = any (${`{${places.join(",")}}`}::bigint[])`);

export interface FoundMessageRow {
  view: FoundMessage;
  at: string;
  id: string;
}

/**
 * The viewer's messages with these words, newest first, one row beyond `limit`. The last word may be unfinished.
 * @param onlyIn of this conversation alone; nothing when the viewer is not in it
 */
export const searchMessages = (
  words: string,
  onlyIn: string | null,
  after: TimeKey | null,
  limit: number,
): Statement<FoundMessageRow> =>
  statement(sql`
  select view, ${instant(sql`at`)} as at, id
  from app.search_messages(${words}, ${onlyIn}::uuid, ${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}::uuid, ${limit + 1})`);

/** For its room, as plaza_service: who is in a conversation; null when there is none. */
export const selectConversationSnapshot = (
  id: string,
): Statement<{ snapshot: ConversationSnapshot | null }> =>
  statement(sql`select app.conversation_snapshot(${id}) as snapshot`);

/** For its room, as plaza_service: the newest messages, newest first. */
export const selectNewestMessages = (id: string, limit: number): Statement<{ message: StoredMessage }> =>
  statement(sql`
  select app.stored_message_json(m) as message from messages m where m.conversation_id = ${id} order by m.seq desc limit ${limit}`);

/** For its room, as plaza_service: the message at one place. */
export const selectMessageBySeq = (id: string, seq: number): Statement<{ message: StoredMessage }> =>
  statement(sql`
  select app.stored_message_json(m) as message from messages m where m.conversation_id = ${id} and m.seq = ${seq}::bigint`);

/** For an account's own room, as plaza_service: the numbers of every conversation it is in. */
export const selectConversationSummaries = (userId: string): Statement<{ chat: ConversationSummary }> =>
  statement(sql`select view as chat from app.chats_of(${userId})`);
