/** Visibility, stored presence, presence settings, and people by id. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import type { PersonView } from "../views/person.view.ts";
import type { Audience, PresenceSettings } from "../views/presence.view.ts";
import { uuidArray } from "../writes/sql.ts";

export interface VisibilityRow {
  user_id: string;
  audience: Audience;
  /** Accounts that may see this one's presence, for the audiences `mutuals` and `chosen`; else empty. */
  allowed: string[];
  /** Accounts with a block in either direction. */
  hidden: string[];
  /** As last stored; false and null for somebody who was never stored. */
  is_online: boolean;
  last_seen_at: string | null;
}

/** For presence rooms, as plaza_service: who may see these people, and their stored presence. Deleted accounts are left out. */
export const selectVisibility = (ids: readonly string[]): Statement<VisibilityRow> =>
  statement(sql`
  select v.user_id, v.audience, to_jsonb(v.allowed) as allowed, to_jsonb(v.hidden) as hidden,
    coalesce(o.is_online, false) as is_online, o.last_seen_at
  from app.presence_visibility(${uuidArray(ids)}) v left join app.online_users(${uuidArray(ids)}) o using (user_id)`);

export interface StoredPresence {
  user_id: string;
  is_online: boolean;
  last_seen_at: string | null;
}

/** As plaza_service: presence as of the last stored batch. Accounts without a stored row are left out. */
export const selectOnlineUsers = (ids: readonly string[]): Statement<StoredPresence> =>
  statement(sql`select user_id, is_online, last_seen_at from app.online_users(${uuidArray(ids)})`);

/**
 * As plaza_service: the stored presence of these people as far as `viewerId` may see it, by the rules of a presence room. For
 * shards that do not answer: one query, however many people. Hidden, deleted and never stored people are left out.
 */
export const selectVisiblePresence = (viewerId: string, ids: readonly string[]): Statement<StoredPresence> =>
  statement(sql`
  select o.user_id, o.is_online, o.last_seen_at
  from app.online_users(${uuidArray(ids)}) o join app.presence_visibility(${uuidArray(ids)}) v using (user_id)
  where o.user_id = ${viewerId}::uuid
    or ((v.audience = 'everyone' or ${viewerId}::uuid = any (v.allowed)) and ${viewerId}::uuid <> all (v.hidden))`);

/** The viewer's presence settings. */
export const selectPresenceSettings = (): Statement<{ view: PresenceSettings }> =>
  statement(sql`
  select jsonb_build_object('audience', s.presence_audience, 'sharesReceipts', s.shares_receipts,
    'chosen', coalesce((select jsonb_agg(c.other_id order by c.created_at, c.other_id) from presence_chosen c where c.user_id = s.user_id), '[]'),
    'people', coalesce((select jsonb_agg(app.person_json(p) order by c.created_at, c.other_id)
      from presence_chosen c join profiles p on p.user_id = c.other_id where c.user_id = s.user_id), '[]')) as view
  from user_settings s where s.user_id = (select app.viewer())`);

/** People by id as the viewer sees them, without accounts across a block. */
export const selectPeople = (ids: readonly string[]): Statement<{ view: PersonView }> =>
  statement(sql`
  select app.person_json(p) || jsonb_build_object('bio', p.bio, 'viewer',
    case when (select app.viewer()) is null then null else jsonb_build_object('isSelf', p.user_id = (select app.viewer()),
      'isFollowing', exists (select from user_follows where follower_id = (select app.viewer()) and following_id = p.user_id),
      'isFollowedBy', exists (select from user_follows where follower_id = p.user_id and following_id = (select app.viewer()))) end) as view
  from profiles p where p.user_id = any (${uuidArray(ids)}) and p.user_id <> all ((select app.hidden())::uuid[])
  order by p.name, p.user_id`);
