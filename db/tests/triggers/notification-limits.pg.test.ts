import { describe, expect, test } from "vitest";
import { createActions } from "../../testing/actions.ts";
import { createDatabaseFixture, type Person } from "../../testing/fixtures.ts";
import { createNotificationQueries } from "../../testing/notification-queries.ts";

/**
 * Notifications that must be sent once: badges, milestones, repeated actions within an hour; and the unread
 * count.
 */
const fixture = createDatabaseFixture();
const actions = createActions(fixture);

const { notificationsOf, typesOf } = createNotificationQueries(fixture);
const anHourPasses = (who: Person) =>
  fixture.queryAsService(
    "update notification_keys set last_at = last_at - interval '1 hour' where user_id = $1",
    [who.id],
  );

describe("badge_earned and milestone", () => {
  test("the first answer to another account's question earns the badge and notifies once", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const first = await actions.question(ann);
    await actions.answer(ben, first.id);
    await actions.answer(ben, (await actions.question(ann)).id);
    expect(await fixture.queryAsService("select badge from badges where user_id = $1", [ben.id])).toEqual([
      { badge: "first_answer" },
    ]);
    const [notification, ...more] = await notificationsOf(ben);
    expect(notification).toMatchObject({
      type: "badge_earned",
      actor_id: null,
      link: `/@${ben.handle}`,
      detail: { badge: "first_answer" },
    });
    expect(more).toEqual([]);
  });

  test("answering one's own question earns no badge", async () => {
    const [ann] = await fixture.insertPeople("ann");
    await actions.answer(ann, (await actions.question(ann)).id);
    expect(await notificationsOf(ann)).toEqual([]);
    expect(await fixture.queryAsService("select from badges where user_id = $1", [ann.id])).toEqual([]);
  });

  test("milestones of 10, 100 and 1,000 followers or upvotes notify once each, however often the count falls and rises", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const post = await actions.post(ann);
    for (const threshold of [10, 100, 1_000]) {
      await fixture.queryAsService(
        "update user_stats set followers_count = $2, upvotes_count = $2 where user_id = $1",
        [ann.id, threshold - 2],
      );
      await actions.follow(ben, ann);
      await actions.vote(ben, "post", post.id, 1);
      expect(
        await fixture.queryAsService("select from milestones where user_id = $1 and threshold = $2", [
          ann.id,
          threshold,
        ]),
        "one below",
      ).toEqual([]);
      await actions.unfollow(ben, ann);
      await actions.vote(ben, "post", post.id, 0);
      await fixture.queryAsService(
        "update user_stats set followers_count = $2, upvotes_count = $2 where user_id = $1",
        [ann.id, threshold - 1],
      );
      for (let time = 0; time < 2; time += 1) {
        await actions.follow(ben, ann);
        await actions.vote(ben, "post", post.id, 1);
        await actions.unfollow(ben, ann);
        await actions.vote(ben, "post", post.id, 0);
      }
      await anHourPasses(ann);
    }
    const notifications = (await notificationsOf(ann)).filter((each) => each.type === "milestone");
    expect(notifications.map((each) => each.detail)).toEqual(
      [10, 100, 1_000].flatMap((threshold) => [
        { kind: "followers", threshold },
        { kind: "upvotes", threshold },
      ]),
    );
    expect(notifications[0]).toMatchObject({
      message: "You reached 10 followers",
      actor_id: null,
      link: `/@${ann.handle}`,
    });
  });

  test("a count that passes several milestones at once notifies for each", async () => {
    const [ann] = await fixture.insertPeople("ann");
    await fixture.queryAsService("update user_stats set upvotes_count = 1000 where user_id = $1", [ann.id]);
    const rows = await fixture.queryAsService<{ threshold: number }>(
      "select threshold from milestones where user_id = $1 order by 1",
      [ann.id],
    );
    expect(rows.map((row) => row.threshold)).toEqual([10, 100, 1_000]);
    expect(await typesOf(ann)).toEqual(["milestone", "milestone", "milestone"]);
  });

  test("upvotes of one's own posts do not count towards milestones", async () => {
    const [ann] = await fixture.insertPeople("ann");
    await fixture.queryAsService("update user_stats set upvotes_count = 9 where user_id = $1", [ann.id]);
    await actions.vote(ann, "post", (await actions.post(ann)).id, 1);
    expect(await notificationsOf(ann)).toEqual([]);
  });
});

describe("at most one within an hour for the same recipient, type, entity and actor (000-51)", () => {
  test("repeated actions within an hour notify once, and again after an hour", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    const post = await actions.post(ann);
    const again = async () => {
      for (const value of [1, 0, 1, -1, 1] as const) await actions.vote(ben, "post", post.id, value);
      for (let time = 0; time < 2; time += 1) {
        await actions.unfollow(ben, ann);
        await actions.follow(ben, ann);
      }
    };
    await again();
    expect(await typesOf(ann)).toEqual(["post_upvote", "new_follower"]);
    await fixture.queryAsService(
      "update notification_keys set last_at = last_at - interval '59 minutes' where user_id = $1",
      [ann.id],
    );
    await again();
    expect(await typesOf(ann)).toEqual(["post_upvote", "new_follower"]);
    await anHourPasses(ann);
    await again();
    expect(await typesOf(ann)).toEqual(["post_upvote", "new_follower", "post_upvote", "new_follower"]);
    // Another actor, entity or type is another notification.
    await actions.vote(cleo, "post", post.id, 1);
    await actions.vote(ben, "post", (await actions.post(ann)).id, 1);
    expect(await typesOf(ann)).toHaveLength(6);
  });

  test("a downvote does not notify", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    await actions.vote(ben, "post", (await actions.post(ann)).id, -1);
    expect(await notificationsOf(ann)).toEqual([]);
  });

  test.each(["commit", "rollback"] as const)(
    "two concurrent transactions, the first ends in %s: one notification",
    async (end) => {
      const [ann, ben] = await fixture.insertPeople("ann", "ben");
      const one = await fixture.openSuperuserTransaction();
      const other = await fixture.openSuperuserTransaction();
      const notify = "select app.notify($1, 'new_follower', 'user', $2, $2, '/', 'followed you', '{}')";
      await one.query(notify, [ann.id, ben.id]);
      const waiting = other.query(notify, [ann.id, ben.id]);
      await fixture.waitForBlockedLock();
      await one.query(end);
      await waiting;
      await other.query("commit");
      expect(await typesOf(ann)).toEqual(["new_follower"]);
      expect(
        await fixture.queryAsService("select unread from notification_counts where user_id = $1", [ann.id]),
      ).toEqual([{ unread: 1 }]);
    },
  );

  test("the same upvote from two concurrent requests counts and notifies once", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const post = await actions.post(ann);
    const phone = await fixture.openTransactionAs(ben);
    const vote =
      "insert into post_votes as kept (post_id, voter_id, value) values ($1, $2, 1) on conflict (post_id, voter_id) do update set value = excluded.value where kept.value <> excluded.value";
    await phone.query(vote, [post.id, ben.id]);
    const laptop = actions.vote(ben, "post", post.id, 1);
    await fixture.waitForBlockedLock();
    await phone.query("commit");
    expect((await laptop).outbox).toEqual([]);
    expect(await typesOf(ann)).toEqual(["post_upvote"]);
    expect(
      await fixture.queryAsService("select upvotes from post_stats where post_id = $1", [post.id]),
    ).toEqual([{ upvotes: 1 }]);
  });
});

describe("a block and a concurrent transaction", () => {
  test("an uncommitted follow is deleted by the block, with its notification", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const bens = await fixture.openTransactionAs(ben);
    await bens.query("insert into user_follows (follower_id, following_id) values ($1, $2)", [
      ben.id,
      ann.id,
    ]);
    const block = actions.block(ann, ben);
    await fixture.waitForBlockedLock();
    await bens.query("commit");
    await block;
    expect(await fixture.queryAsService("select from user_follows where follower_id = $1", [ben.id])).toEqual(
      [],
    );
    expect(await notificationsOf(ann)).toEqual([]);
    expect(
      await fixture.queryAsService("select followers_count as n from user_stats where user_id = $1", [
        ann.id,
      ]),
    ).toEqual([{ n: 0 }]);
  });

  test("a follow that waits for an uncommitted block is refused after its commit", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const anns = await fixture.openTransactionAs(ann);
    await anns.query("insert into blocks (blocker_id, blocked_id) values ($1, $2)", [ann.id, ben.id]);
    const follow = actions.follow(ben, ann);
    const refused = expect(follow).rejects.toMatchObject({ code: "NOT_FOUND" });
    await fixture.waitForBlockedLock();
    await anns.query("commit");
    await refused;
    expect(await fixture.queryAsService("select from user_follows where follower_id = $1", [ben.id])).toEqual(
      [],
    );
  });

  test("an upvote that waits for an uncommitted block or mute does not notify", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    const post = await actions.post(ann);
    for (const [actor, table, from, to] of [
      [ben, "blocks", "blocker_id", "blocked_id"],
      [cleo, "mutes", "muter_id", "muted_id"],
    ] as const) {
      const anns = await fixture.openTransactionAs(ann);
      await anns.query(`insert into ${table} (${from}, ${to}) values ($1, $2)`, [ann.id, actor.id]);
      const vote = actions.vote(actor, "post", post.id, 1);
      await fixture.waitForBlockedLock();
      await anns.query("commit");
      await vote;
    }
    expect(await notificationsOf(ann)).toEqual([]);
  });
});

describe("the unread count equals COUNT(*) after every change (R15)", () => {
  const check = async (who: Person, expected: number) => {
    const [row] = await fixture.queryAsService<{ kept: number; counted: number }>(
      `select coalesce((select unread from notification_counts where user_id = $1), 0) as kept,
         (select count(*)::int from notifications where user_id = $1 and not is_read) as counted`,
      [who.id],
    );
    expect(row).toEqual({ kept: expected, counted: expected });
  };

  test("insert, read by ids, repeated ids, ids of another account, read all, block, mute, delete, unread again", async () => {
    const [ann, ben, cleo, dan] = await fixture.insertPeople("ann", "ben", "cleo", "dan");
    const post = await actions.post(ann);
    for (const who of [ben, cleo, dan]) {
      await actions.vote(who, "post", post.id, 1);
      await actions.comment(who, post.id);
      await actions.follow(who, ann);
    }
    await check(ann, 9);
    const ids = (await notificationsOf(ann)).map((each) => each.id);
    const result = await actions.markRead(ann, { ids: ids.slice(0, 2) });
    expect(result.outbox.map(({ topic, type, data }) => ({ topic, type, data }))).toEqual([
      {
        topic: `user:${ann.id}`,
        type: "unread.changed",
        data: { unread: 7, version: 10, read: { ids: expect.arrayContaining(ids.slice(0, 2)) } },
      },
    ]);
    await check(ann, 7);
    expect((await actions.markRead(ann, { ids: ids.slice(0, 2) })).outbox).toEqual([]);
    await actions.markRead(ben, { ids });
    await check(ann, 7);
    await actions.block(ann, ben);
    await check(ann, 6);
    await actions.mute(ann, cleo);
    await check(ann, 3);
    await fixture.queryAs(ann, "update notifications set is_read = false where actor_id = $1", [cleo.id]);
    await check(ann, 6);
    await fixture.queryAsService("delete from notifications where user_id = $1 and actor_id = $2", [
      ann.id,
      dan.id,
    ]);
    await check(ann, 3);
    const all = await actions.markRead(ann, { all: true });
    expect(all.outbox[0]?.data).toMatchObject({ unread: 0, read: { all: true } });
    await check(ann, 0);
    expect((await actions.markRead(ann, { all: true })).outbox).toEqual([]);
  });

  test("the nightly clean-up deletes read notifications older than 90 days, not unread ones, and the count stays (000-56)", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const insert =
      "insert into notifications (user_id, actor_id, type, message, entity_id, entity_type, link, is_read, created_at) values ($1, $2, 'mention', 'x', $2, 'user', '/', $3, now() - $4::interval)";
    for (const [isRead, age] of [
      [true, "91 days"],
      [false, "91 days"],
      [true, "89 days"],
      [false, "1 day"],
    ] as const) {
      await fixture.queryAsService(insert, [ann.id, ben.id, isRead, age]);
    }
    expect(await fixture.queryAsService("select app.cleanup_old_notifications()::int as gone")).toEqual([
      { gone: 1 },
    ]);
    expect(await notificationsOf(ann)).toHaveLength(3);
    await check(ann, 2);
  });
});
