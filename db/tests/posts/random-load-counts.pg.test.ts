import { beforeAll, describe, expect, test } from "vitest";
import { createActions, errorCodeOf } from "../../testing/actions.ts";
import { createDatabaseFixture, type Person } from "../../testing/fixtures.ts";

const SEED = 20_261_121;
const PEOPLE = 20;
const CONNECTIONS = 8;
const ACTIONS_EACH = 400;
/** Error codes that are allowed under load; any other error, also UNAVAILABLE, fails the test. */
const FAIR_ANSWERS = ["accepted", "NOT_FOUND", "FORBIDDEN", "GONE", "CONFLICT"];

/** Queries that compare each cached count with COUNT(*); every row returned is a wrong count. */
const WRONG_COUNTS: Record<string, string> = {
  user_stats: `
    select user_id, kept, counted from user_stats s, lateral (select
      array[followers_count, following_count, posts_count, answers_count, upvotes_count] as kept,
      array[
        (select count(*)::int from user_follows where following_id = s.user_id),
        (select count(*)::int from user_follows where follower_id = s.user_id),
        (select count(*)::int from posts where author_id = s.user_id and kind <> 'answer' and deleted_at is null),
        (select count(*)::int from posts where author_id = s.user_id and kind = 'answer' and deleted_at is null),
        (select count(*)::int from post_votes v join posts p on p.id = v.post_id
          where p.author_id = s.user_id and v.voter_id <> s.user_id and v.value = 1)] as counted) both_ways
    where kept <> counted`,
  post_stats: `
    select s.post_id from post_stats s where (upvotes, downvotes, comments, answers) is distinct from (
      (select count(*) from post_votes where post_id = s.post_id and value = 1),
      (select count(*) from post_votes where post_id = s.post_id and value = -1),
      (select count(*) from comments where post_id = s.post_id and deleted_at is null),
      (select count(*) from posts where question_id = s.post_id and deleted_at is null))`,
  comment_stats: `
    select s.comment_id from comment_stats s where (upvotes, downvotes, replies) is distinct from (
      (select count(*) from comment_votes where comment_id = s.comment_id and value = 1),
      (select count(*) from comment_votes where comment_id = s.comment_id and value = -1),
      (select count(*) from comments where parent_id = s.comment_id and deleted_at is null))`,
  notification_counts: `
    select p.user_id from profiles p left join notification_counts c on c.user_id = p.user_id
    where coalesce(c.unread, 0) <> (select count(*) from notifications where user_id = p.user_id and not is_read)`,
  "missing stats": `
    select id from posts where id not in (select post_id from post_stats)
    union all select id from comments where id not in (select comment_id from comment_stats)
    union all select user_id from profiles where user_id not in (select user_id from user_stats)`,
  // The load takes less than an hour.
  "notifications doubled (R7)": `
    select user_id, type, entity_id, actor_id, count(*) from notifications where actor_id is not null group by 1, 2, 3, 4 having count(*) > 1`,
  "notifications to oneself": "select id from notifications where actor_id = user_id",
  "notifications across a block": `
    select n.id from notifications n join blocks b on (n.user_id, n.actor_id) in ((b.blocker_id, b.blocked_id), (b.blocked_id, b.blocker_id))`,
  "unread notifications from someone muted": `
    select n.id from notifications n join mutes m on m.muter_id = n.user_id and m.muted_id = n.actor_id where not n.is_read`,
  "follows across a block": `
    select f.id from user_follows f join blocks b on (f.follower_id, f.following_id) in ((b.blocker_id, b.blocked_id), (b.blocked_id, b.blocker_id))`,
  "a last word to the rooms that is not the truth": `
    with last as (select distinct on (topic) topic, (data ->> 'unread')::int as unread from outbox where type = 'unread.changed'
      order by topic, (data ->> 'version')::bigint desc)
    select topic from last join notification_counts c on topic = 'user:' || c.user_id where last.unread <> c.unread
    union all
    (with last as (select distinct on (data ->> 'id') (data ->> 'id')::uuid as id, data -> 'counts' as counts from outbox where type = 'post.counted'
      order by data ->> 'id', (data -> 'counts' ->> 'version')::bigint desc)
    select id::text from last join post_stats s on s.post_id = id where counts <> app.post_counts_json(s))
    union all
    (with last as (select distinct on (data ->> 'id') (data ->> 'id')::uuid as id, data -> 'counts' as counts from outbox where type = 'comment.counted'
      order by data ->> 'id', (data -> 'counts' ->> 'version')::bigint desc)
    select id::text from last join comment_stats s on s.comment_id = id where counts <> app.comment_counts_json(s))`,
  "two last words under one version": `
    select topic, data ->> 'version' from outbox where type = 'unread.changed' group by 1, 2 having count(*) > 1`,
};

/** Seeded pseudo-random numbers, equal in every run (mulberry32). */
function chance(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    pick<T>(from: readonly T[]): T {
      return from[Math.floor(next() * from.length)] as T;
    },
  };
}

describe("thousands of random actions by twenty accounts on eight connections (R15)", () => {
  const fixture = createDatabaseFixture();
  const actions = createActions(fixture);
  const answers: Record<string, number> = {};
  let people: Person[] = [];

  beforeAll(async () => {
    people = await fixture.insertPeople(...Array.from({ length: PEOPLE }, () => "soul"));
    const posts: { id: string; by: Person; isQuestion: boolean }[] = [];
    const comments: { id: string; postId: string; by: Person }[] = [];
    for (const by of people) {
      posts.push({ id: (await actions.question(by)).id, by, isQuestion: true });
      posts.push({ id: (await actions.post(by)).id, by, isQuestion: false });
    }

    async function one(random: ReturnType<typeof chance>): Promise<unknown> {
      const who = random.pick(people);
      const other = random.pick(people);
      // Prefers the newest posts, like real traffic.
      const post = random.pick(random.next() < 0.5 ? posts.slice(-5) : posts);
      const comment = random.pick(comments.length > 0 && random.next() < 0.5 ? comments.slice(-5) : comments);
      const mentioned = random.next() < 0.3 ? [other, random.pick(people)] : [];
      const roll = random.next();
      if (roll < 0.3) return actions.vote(who, "post", post.id, random.pick([1, 1, -1, 0]));
      if (roll < 0.4) return comment && actions.vote(who, "comment", comment.id, random.pick([1, 1, -1, 0]));
      if (roll < 0.58) {
        const parent = random.next() < 0.6 ? comment : undefined;
        const postId = parent?.postId ?? post.id;
        const { id } = await actions.comment(who, postId, {
          mentioned,
          ...(parent ? { parentId: parent.id } : {}),
        });
        return comments.push({ id, postId, by: who });
      }
      if (roll < 0.63)
        return posts.push({ id: (await actions.post(who, { mentioned })).id, by: who, isQuestion: false });
      if (roll < 0.68) {
        const question = random.pick(posts.filter((each) => each.isQuestion));
        return posts.push({
          id: (await actions.answer(who, question.id, { mentioned })).id,
          by: who,
          isQuestion: false,
        });
      }
      if (roll < 0.8) return random.next() < 0.65 ? actions.follow(who, other) : actions.unfollow(who, other);
      if (roll < 0.83) return random.next() < 0.4 ? actions.block(who, other) : actions.unblock(who, other);
      if (roll < 0.86) return random.next() < 0.4 ? actions.mute(who, other) : actions.unmute(who, other);
      if (roll < 0.89) return comment && actions.deleteComment(comment.by, comment.id);
      if (roll < 0.9) return actions.deletePost(post.by, post.id);
      if (roll < 0.95) return actions.markRead(who, { all: true });
      const rows = await fixture.queryAs<{ id: string }>(
        who,
        "select id from notifications order by created_at desc limit 3",
      );
      return actions.markRead(who, { ids: rows.map((row) => row.id) });
    }

    await Promise.all(
      Array.from({ length: CONNECTIONS }, async (_, connection) => {
        const random = chance(SEED + connection);
        for (let done = 0; done < ACTIONS_EACH; done += 1) {
          const answer = await errorCodeOf(one(random));
          answers[answer] = (answers[answer] ?? 0) + 1;
        }
      }),
    );
  }, 60_000);

  test("every action succeeded or was refused with an expected code, and most succeeded", () => {
    expect(Object.keys(answers).filter((answer) => !FAIR_ANSWERS.includes(answer))).toEqual([]);
    expect(answers.accepted).toBeGreaterThan((CONNECTIONS * ACTIONS_EACH) / 2);
  });

  test("the load covered every common notification type and wrote to every table", async () => {
    const types = await fixture.queryAsService<{ type: string }>(
      "select distinct type::text from notifications",
    );
    expect(types.length).toBeGreaterThanOrEqual(8);
    const [written] = await fixture.queryAsService<Record<string, number>>(
      `select (select count(*)::int from post_votes) as post_votes, (select count(*)::int from comment_votes) as comment_votes,
         (select count(*)::int from comments) as comments, (select count(*)::int from user_follows) as follows,
         (select count(*)::int from blocks) as blocks, (select count(*)::int from mutes) as mutes`,
    );
    expect(Object.entries(written ?? {}).filter(([, count]) => count === 0)).toEqual([]);
  });

  test.each(Object.keys(WRONG_COUNTS))("no row with a wrong count afterwards: %s", async (what) => {
    expect(await fixture.queryAsService(WRONG_COUNTS[what] ?? "")).toEqual([]);
  });

  test("nor after three of the twenty accounts were deleted", async () => {
    for (const who of people.slice(0, 3))
      await fixture.queryAsService("delete from users where id = $1", [who.id]);
    for (const [what, lie] of Object.entries(WRONG_COUNTS)) {
      if (!what.startsWith("a last word")) expect(await fixture.queryAsService(lie), what).toEqual([]);
    }
  });
});
