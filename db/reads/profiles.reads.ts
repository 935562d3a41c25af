/** The viewer's own account, profiles, lists of people, follow status of many accounts. */
import { type SQL, sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import type { Me, PersonView, ProfileView, RelationView } from "../views/person.view.ts";
import type { TimeKey } from "./cursor.ts";
import { HANDLE_SUGGESTIONS_MAX, PEOPLE_SEARCH_MAX } from "./limits.ts";

const follows = (follower: SQL, followed: SQL) =>
  sql`exists (select from user_follows where follower_id = ${follower} and following_id = ${followed})`;
const viewer = sql`(select app.viewer())`;

/** The viewer's own account. */
export const selectMe = (): Statement<{ view: Me }> =>
  statement(sql`
  select app.person_json(p) || jsonb_build_object('bio', p.bio, 'email', app.own_email(), 'language', st.language, 'capabilities', app.viewer_capabilities(),
    'joinedAt', app.iso(p.created_at)) as view
  from profiles p join user_settings st on st.user_id = p.user_id where p.user_id = ${viewer}`);

/** A profile with its counts, badges and the viewer's relation to it. */
export const selectProfile = (handle: string): Statement<{ view: ProfileView }> =>
  statement(sql`
  select app.person_json(p) || jsonb_build_object('bio', p.bio, 'joinedAt', app.iso(p.created_at), 'stats', app.profile_stats_json(s),
    'badges', coalesce((select jsonb_agg(jsonb_build_object('badge', b.badge, 'earnedAt', app.iso(b.earned_at)) order by b.earned_at)
      from badges b where b.user_id = p.user_id), '[]'),
    'viewer', case when ${viewer} is null then null else jsonb_build_object('isSelf', p.user_id = ${viewer},
      'isFollowing', ${follows(viewer, sql`p.user_id`)}, 'isFollowedBy', ${follows(sql`p.user_id`, viewer)},
      'isBlocked', exists (select from blocks where blocker_id = ${viewer} and blocked_id = p.user_id),
      'isMuted', exists (select from mutes where muter_id = ${viewer} and muted_id = p.user_id)) end) as view
  from profiles p join user_stats s on s.user_id = p.user_id where p.handle = ${handle}`);

/** The viewer's relation to a profile and its counts; the response to a write. */
export const selectRelation = (handle: string): Statement<{ view: RelationView }> =>
  statement(sql`
  select jsonb_build_object('isFollowing', ${follows(viewer, sql`p.user_id`)},
    'isBlocked', exists (select from blocks where blocker_id = ${viewer} and blocked_id = p.user_id),
    'isMuted', exists (select from mutes where muter_id = ${viewer} and muted_id = p.user_id),
    'followers', s.followers_count, 'following', s.following_count, 'version', s.version) as view
  from profiles p join user_stats s on s.user_id = p.user_id where p.handle = ${handle}`);

/** The id of a profile; no row when it does not exist for the viewer. */
export const selectProfileId = (handle: string): Statement<{ id: string }> =>
  statement(sql`select user_id as id from profiles where handle = ${handle}`);

const personPresented = sql`app.person_json(p) || jsonb_build_object('bio', p.bio, 'viewer',
  case when ${viewer} is null then null else jsonb_build_object('isSelf', p.user_id = ${viewer},
    'isFollowing', ${follows(viewer, sql`p.user_id`)}, 'isFollowedBy', ${follows(sql`p.user_id`, viewer)}) end) as view`;

export interface PersonRow {
  view: PersonView;
  at: string;
  id: string;
}

/** Followers of a profile, or the accounts it follows, latest first. Returns up to `limit` + 1 rows. */
export const selectFollowEdges = (
  side: "followers" | "following",
  handle: string,
  after: TimeKey | null,
  limit: number,
): Statement<PersonRow> => {
  const [ownSide, otherSide] =
    side === "followers"
      ? [sql`f.following_id`, sql`f.follower_id`]
      : [sql`f.follower_id`, sql`f.following_id`];
  return statement(sql`
    select ${personPresented}, to_char(f.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00') as at, f.id
    from user_follows f join profiles p on p.user_id = ${otherSide}
    where ${ownSide} = (select user_id from profiles where handle = ${handle})
      and p.user_id <> all ((select app.hidden())::uuid[])
    ${after ? sql`and (f.created_at, f.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``}
    order by f.created_at desc, f.id desc limit ${limit + 1}`);
};

/** The ids among `ids` that the viewer follows, in one query. */
export const selectFollowStatus = (ids: readonly string[]): Statement<{ id: string }> =>
  statement(sql`
  select following_id as id from user_follows
  where follower_id = ${viewer} and following_id = any (${`{${ids.join(",")}}`}::uuid[])`);

/**
 * People whose handle has a prefix, followed accounts first. A range instead of `like`, because under row
 * security only leakproof operators can use an index. `{` follows `z`, the greatest character of a handle.
 */
export const selectHandleSuggestions = (prefix: string): Statement<{ view: PersonView }> =>
  statement(sql`
  select ${personPresented} from profiles p
  where p.handle ~>=~ ${prefix} and p.handle ~<~ ${`${prefix}{`} and p.user_id <> all ((select app.hidden())::uuid[])
  order by ${follows(viewer, sql`p.user_id`)} desc, p.handle limit ${HANDLE_SUGGESTIONS_MAX}`);

/**
 * People by a prefix of their handle or of the words of their name; accounts that the viewer has a
 * conversation with or follows come first. An empty query returns only these.
 */
export const findPeople = (query: string): Statement<{ view: PersonView }> =>
  statement(sql`
  select ${personPresented} from app.find_people(${query}, ${PEOPLE_SEARCH_MAX}) f join profiles p on p.user_id = f.user_id
  order by f.rank`);

/** Whether a handle is available. */
export const selectHandleIsFree = (handle: string): Statement<{ free: boolean }> =>
  statement(sql`select app.handle_is_free(${handle}) as free`);
