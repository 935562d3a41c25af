import { describe, expect, test } from "vitest";
import { Refused } from "./errors.ts";
import { deedsOf } from "./local/deeds.ts";
import { ownScene, type Person } from "./local/scene.ts";

const scene = ownScene();
const deeds = deedsOf(scene);

interface Kept {
  id: string;
  type: string;
  message: string;
  entity_type: string;
  entity_id: string;
  actor_id: string | null;
  link: string;
  detail: Record<string, unknown>;
}
const notificationsOf = (who: Person) =>
  scene.service<Kept>("select * from notifications where user_id = $1 order by created_at, id", [who.id]);
const typesOf = async (who: Person) => (await notificationsOf(who)).map((each) => each.type);
const fromActor = async (who: Person, actor: Person) =>
  (await notificationsOf(who)).filter((each) => each.actor_id === actor.id).map((each) => each.type);
const anHourPasses = (who: Person) =>
  scene.service("update notification_keys set last_at = last_at - interval '1 hour' where user_id = $1", [
    who.id,
  ]);

/** What is there before, and the deed of an actor that tells its recipient. Nothing before tells the recipient of the actor. */
interface Telling {
  type: string;
  deed: string;
  prepare?: (recipient: Person) => Promise<string>;
  act: (actor: Person, on: string, recipient: Person) => Promise<{ id: string }>;
  says: {
    message: string;
    entityType: "post" | "comment" | "user";
    entity: "made" | "on" | "actor";
    link: (made: string, on: string, actor: Person) => string;
  };
}
const onPost = async (recipient: Person) => (await deeds.post(recipient)).id;
const onQuestion = async (recipient: Person) => (await deeds.question(recipient)).id;
const onAnswer = async (recipient: Person) => {
  const [asker] = await scene.people("asker");
  return (await deeds.answer(recipient, (await deeds.question(asker)).id)).id;
};
const toPost = (made: string) => `/posts/${made}`;
const toComment = (made: string, on: string) => `/posts/${on}#comment-${made}`;

const TELLINGS: readonly Telling[] = [
  {
    type: "post_upvote",
    deed: "an upvote on a post",
    prepare: onPost,
    act: (actor, on) => deeds.vote(actor, "post", on, 1),
    says: { message: "upvoted your post", entityType: "post", entity: "on", link: (_, on) => toPost(on) },
  },
  {
    type: "post_upvote",
    deed: "an upvote on a question",
    prepare: onQuestion,
    act: (actor, on) => deeds.vote(actor, "post", on, 1),
    says: { message: "upvoted your question", entityType: "post", entity: "on", link: (_, on) => toPost(on) },
  },
  {
    type: "answer_upvote",
    deed: "an upvote on an answer",
    prepare: onAnswer,
    act: (actor, on) => deeds.vote(actor, "post", on, 1),
    says: { message: "upvoted your answer", entityType: "post", entity: "on", link: (_, on) => toPost(on) },
  },
  {
    type: "post_comment",
    deed: "a comment on a post",
    prepare: onPost,
    act: (actor, on) => deeds.comment(actor, on),
    says: { message: "commented on your post", entityType: "comment", entity: "made", link: toComment },
  },
  {
    type: "post_comment",
    deed: "an answer to a question",
    prepare: onQuestion,
    act: (actor, on) => deeds.answer(actor, on),
    says: { message: "answered your question", entityType: "post", entity: "made", link: toPost },
  },
  {
    type: "answer_comment",
    deed: "a comment on an answer",
    prepare: onAnswer,
    act: (actor, on) => deeds.comment(actor, on),
    says: { message: "commented on your answer", entityType: "comment", entity: "made", link: toComment },
  },
  {
    type: "mention",
    deed: "being named in a post",
    act: (actor, _, recipient) => deeds.post(actor, { named: [recipient] }),
    says: { message: "mentioned you", entityType: "post", entity: "made", link: toPost },
  },
  {
    type: "mention",
    deed: "being named in a comment elsewhere",
    prepare: async () => onPost((await scene.people("host"))[0]),
    act: (actor, on, recipient) => deeds.comment(actor, on, { named: [recipient] }),
    says: { message: "mentioned you", entityType: "comment", entity: "made", link: toComment },
  },
  {
    type: "new_follower",
    deed: "a follow",
    act: (actor, _, recipient) => deeds.follow(actor, recipient),
    says: {
      message: "followed you",
      entityType: "user",
      entity: "actor",
      link: (_, __, actor) => `/@${actor.handle}`,
    },
  },
];
const titled = TELLINGS.map((telling) => [`${telling.type}: ${telling.deed}`, telling] as const);

/** A reply's ground is two people's: the comment is the recipient's, the post another's. */
const REPLY: Telling = {
  type: "comment_reply",
  deed: "a reply to a comment",
  prepare: async (recipient) => {
    const [host] = await scene.people("host");
    const post = await deeds.post(host);
    return `${post.id} ${(await deeds.comment(recipient, post.id)).id}`;
  },
  act: (actor, on) => {
    const [postId = "", parentId = ""] = on.split(" ");
    return deeds.comment(actor, postId, { parentId });
  },
  says: {
    message: "replied to your comment",
    entityType: "comment",
    entity: "made",
    link: (made, on) => toComment(made, on.split(" ")[0] ?? ""),
  },
};
const everyDeed = [...titled, [`${REPLY.type}: ${REPLY.deed}`, REPLY] as const];

/** Refused by the database, or simply not told: both are fine where nothing may be heard. */
const actAnyhow = async (work: Promise<unknown>) => {
  await work.catch((error: unknown) => {
    if (error instanceof Refused) return;
    // Following oneself breaks the table's own rule.
    expect(error).toMatchObject({ code: "23514" });
  });
};

describe("the nine types (000-31) reach the right person (R7)", () => {
  test.each(everyDeed)(
    "%s tells its recipient once, by name and with a deep link",
    async (_, { type, prepare, act, says }) => {
      const [ann, ben, cleo] = await scene.people("ann", "ben", "cleo");
      const on = (await prepare?.(ann)) ?? "";
      const before = (await notificationsOf(ann)).length;
      const made = await act(ben, on, ann);
      const told = (await notificationsOf(ann)).slice(before);
      expect(told).toHaveLength(1);
      expect(told[0]).toMatchObject({
        type,
        message: `${ben.name} ${says.message}`,
        actor_id: ben.id,
        entity_type: says.entityType,
        entity_id: { made: made.id, on, actor: ben.id }[says.entity],
        link: says.link(made.id, on, ben),
      });
      expect(await notificationsOf(cleo)).toEqual([]);
      expect(await fromActor(ben, ben)).toEqual([]);
    },
  );

  test.each(everyDeed)("%s never tells oneself", async (_, { prepare, act }) => {
    const [ann] = await scene.people("ann");
    const on = (await prepare?.(ann)) ?? "";
    await actAnyhow(act(ann, on, ann));
    expect(await fromActor(ann, ann)).toEqual([]);
  });

  test.each(everyDeed)("%s is never heard across a block, whoever made it", async (_, { prepare, act }) => {
    const [ann, ben, cleo] = await scene.people("ann", "ben", "cleo");
    const on = (await prepare?.(ann)) ?? "";
    await deeds.block(ann, ben);
    await deeds.block(cleo, ann);
    await actAnyhow(act(ben, on, ann));
    await actAnyhow(act(cleo, on, ann));
    expect(await fromActor(ann, ben)).toEqual([]);
    expect(await fromActor(ann, cleo)).toEqual([]);
  });

  test.each(everyDeed)("%s is not heard from someone muted", async (_, { prepare, act }) => {
    const [ann, ben] = await scene.people("ann", "ben");
    const on = (await prepare?.(ann)) ?? "";
    await deeds.mute(ann, ben);
    await act(ben, on, ann);
    expect(await fromActor(ann, ben)).toEqual([]);
    // It is the muted one who is not heard, not the other way round.
    const back = await deeds.post(ann, { named: [ben] });
    expect((await notificationsOf(ben)).map((each) => each.entity_id)).toContain(back.id);
  });
});

describe("badge_earned and milestone", () => {
  test("the first answer to another's question earns the badge and says so, once", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const first = await deeds.question(ann);
    await deeds.answer(ben, first.id);
    await deeds.answer(ben, (await deeds.question(ann)).id);
    expect(await scene.service("select badge from badges where user_id = $1", [ben.id])).toEqual([
      { badge: "first_answer" },
    ]);
    const [told, ...more] = await notificationsOf(ben);
    expect(told).toMatchObject({
      type: "badge_earned",
      actor_id: null,
      link: `/@${ben.handle}`,
      detail: { badge: "first_answer" },
    });
    expect(more).toEqual([]);
  });

  test("answering oneself earns nothing", async () => {
    const [ann] = await scene.people("ann");
    await deeds.answer(ann, (await deeds.question(ann)).id);
    expect(await notificationsOf(ann)).toEqual([]);
    expect(await scene.service("select from badges where user_id = $1", [ann.id])).toEqual([]);
  });

  test("10, 100 and 1,000 are told once each, for followers and for upvotes, however often the count falls and rises", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const post = await deeds.post(ann);
    for (const threshold of [10, 100, 1_000]) {
      await scene.service(
        "update user_stats set followers_count = $2, upvotes_count = $2 where user_id = $1",
        [ann.id, threshold - 2],
      );
      await deeds.follow(ben, ann);
      await deeds.vote(ben, "post", post.id, 1);
      expect(
        await scene.service("select from milestones where user_id = $1 and threshold = $2", [
          ann.id,
          threshold,
        ]),
        "one below",
      ).toEqual([]);
      await deeds.unfollow(ben, ann);
      await deeds.vote(ben, "post", post.id, 0);
      await scene.service(
        "update user_stats set followers_count = $2, upvotes_count = $2 where user_id = $1",
        [ann.id, threshold - 1],
      );
      for (let time = 0; time < 2; time += 1) {
        await deeds.follow(ben, ann);
        await deeds.vote(ben, "post", post.id, 1);
        await deeds.unfollow(ben, ann);
        await deeds.vote(ben, "post", post.id, 0);
      }
      await anHourPasses(ann);
    }
    const told = (await notificationsOf(ann)).filter((each) => each.type === "milestone");
    expect(told.map((each) => each.detail)).toEqual(
      [10, 100, 1_000].flatMap((threshold) => [
        { kind: "followers", threshold },
        { kind: "upvotes", threshold },
      ]),
    );
    expect(told[0]).toMatchObject({
      message: "You reached 10 followers",
      actor_id: null,
      link: `/@${ann.handle}`,
    });
  });

  test("a count that passes several at once tells each", async () => {
    const [ann] = await scene.people("ann");
    await scene.service("update user_stats set upvotes_count = 1000 where user_id = $1", [ann.id]);
    const rows = await scene.service<{ threshold: number }>(
      "select threshold from milestones where user_id = $1 order by 1",
      [ann.id],
    );
    expect(rows.map((row) => row.threshold)).toEqual([10, 100, 1_000]);
    expect(await typesOf(ann)).toEqual(["milestone", "milestone", "milestone"]);
  });

  test("one's own upvotes do not count towards one's milestones", async () => {
    const [ann] = await scene.people("ann");
    await scene.service("update user_stats set upvotes_count = 9 where user_id = $1", [ann.id]);
    await deeds.vote(ann, "post", (await deeds.post(ann)).id, 1);
    expect(await notificationsOf(ann)).toEqual([]);
  });
});

describe("at most one within an hour for the same recipient, type, entity and actor (000-51)", () => {
  test("again and again within the hour is one; after an hour it is told again", async () => {
    const [ann, ben, cleo] = await scene.people("ann", "ben", "cleo");
    const post = await deeds.post(ann);
    const again = async () => {
      for (const value of [1, 0, 1, -1, 1] as const) await deeds.vote(ben, "post", post.id, value);
      for (let time = 0; time < 2; time += 1) {
        await deeds.unfollow(ben, ann);
        await deeds.follow(ben, ann);
      }
    };
    await again();
    expect(await typesOf(ann)).toEqual(["post_upvote", "new_follower"]);
    await scene.service(
      "update notification_keys set last_at = last_at - interval '59 minutes' where user_id = $1",
      [ann.id],
    );
    await again();
    expect(await typesOf(ann)).toEqual(["post_upvote", "new_follower"]);
    await anHourPasses(ann);
    await again();
    expect(await typesOf(ann)).toEqual(["post_upvote", "new_follower", "post_upvote", "new_follower"]);
    // Another actor, another entity, another type are other notifications.
    await deeds.vote(cleo, "post", post.id, 1);
    await deeds.vote(ben, "post", (await deeds.post(ann)).id, 1);
    expect(await typesOf(ann)).toHaveLength(6);
  });

  test("a downvote tells nobody", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    await deeds.vote(ben, "post", (await deeds.post(ann)).id, -1);
    expect(await notificationsOf(ann)).toEqual([]);
  });

  test.each(["commit", "rollback"] as const)(
    "two transactions at once, the first ends in %s: one is told",
    async (end) => {
      const [ann, ben] = await scene.people("ann", "ben");
      const one = await scene.openSuperuser();
      const other = await scene.openSuperuser();
      const notify = "select app.notify($1, 'new_follower', 'user', $2, $2, '/', 'followed you', '{}')";
      await one.query(notify, [ann.id, ben.id]);
      const waiting = other.query(notify, [ann.id, ben.id]);
      await scene.untilWaiting();
      await one.query(end);
      await waiting;
      await other.query("commit");
      expect(await typesOf(ann)).toEqual(["new_follower"]);
      expect(
        await scene.service("select unread from notification_counts where user_id = $1", [ann.id]),
      ).toEqual([{ unread: 1 }]);
    },
  );

  test("the same upvote from two devices at once counts once and tells once", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const post = await deeds.post(ann);
    const phone = await scene.open(ben);
    const vote =
      "insert into post_votes as kept (post_id, voter_id, value) values ($1, $2, 1) on conflict (post_id, voter_id) do update set value = excluded.value where kept.value <> excluded.value";
    await phone.query(vote, [post.id, ben.id]);
    const laptop = deeds.vote(ben, "post", post.id, 1);
    await scene.untilWaiting();
    await phone.query("commit");
    expect((await laptop).outbox).toEqual([]);
    expect(await typesOf(ann)).toEqual(["post_upvote"]);
    expect(await scene.service("select upvotes from post_stats where post_id = $1", [post.id])).toEqual([
      { upvotes: 1 },
    ]);
  });
});

describe("a block and what it crosses, both at once", () => {
  test("a follow under way when the block comes is gone with the block, and so is its notification", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const bens = await scene.open(ben);
    await bens.query("insert into user_follows (follower_id, following_id) values ($1, $2)", [
      ben.id,
      ann.id,
    ]);
    const block = deeds.block(ann, ben);
    await scene.untilWaiting();
    await bens.query("commit");
    await block;
    expect(await scene.service("select from user_follows where follower_id = $1", [ben.id])).toEqual([]);
    expect(await notificationsOf(ann)).toEqual([]);
    expect(
      await scene.service("select followers_count as n from user_stats where user_id = $1", [ann.id]),
    ).toEqual([{ n: 0 }]);
  });

  test("a follow that comes while the block is under way is refused as soon as the block stands", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const anns = await scene.open(ann);
    await anns.query("insert into blocks (blocker_id, blocked_id) values ($1, $2)", [ann.id, ben.id]);
    const follow = deeds.follow(ben, ann);
    const refused = expect(follow).rejects.toMatchObject({ code: "NOT_FOUND" });
    await scene.untilWaiting();
    await anns.query("commit");
    await refused;
    expect(await scene.service("select from user_follows where follower_id = $1", [ben.id])).toEqual([]);
  });

  test("an upvote that crosses a block or a mute under way tells nobody", async () => {
    const [ann, ben, cleo] = await scene.people("ann", "ben", "cleo");
    const post = await deeds.post(ann);
    for (const [actor, table, from, to] of [
      [ben, "blocks", "blocker_id", "blocked_id"],
      [cleo, "mutes", "muter_id", "muted_id"],
    ] as const) {
      const anns = await scene.open(ann);
      await anns.query(`insert into ${table} (${from}, ${to}) values ($1, $2)`, [ann.id, actor.id]);
      const vote = deeds.vote(actor, "post", post.id, 1);
      await scene.untilWaiting();
      await anns.query("commit");
      await vote;
    }
    expect(await notificationsOf(ann)).toEqual([]);
  });
});

describe("one comment tells each person once, with the word that says most", () => {
  test("a reply says more than a mention, a mention more than a comment", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const post = await deeds.post(ann);
    const anns = await deeds.comment(ann, post.id);
    await deeds.comment(ben, post.id, { parentId: anns.id, named: [ann] });
    await deeds.comment(ben, post.id, { named: [ann] });
    await deeds.comment(ben, post.id);
    await deeds.comment(ben, post.id, { parentId: anns.id });
    expect(await typesOf(ann)).toEqual(["comment_reply", "mention", "post_comment", "comment_reply"]);
  });

  test("each hears what concerns them: the parent's author, the named, the post's author; the writer nothing", async () => {
    const [ann, ben, cleo, dan] = await scene.people("ann", "ben", "cleo", "dan");
    const post = await deeds.post(ann);
    const parent = await deeds.comment(ben, post.id);
    await deeds.comment(cleo, post.id, { parentId: parent.id, named: [dan, dan, cleo] });
    expect(await fromActor(ann, cleo)).toEqual(["post_comment"]);
    expect(await fromActor(ben, cleo)).toEqual(["comment_reply"]);
    expect(await fromActor(dan, cleo)).toEqual(["mention"]);
    expect(await notificationsOf(cleo)).toEqual([]);
  });

  test("an answer that names the asker tells the asker once", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    await deeds.answer(ben, (await deeds.question(ann)).id, { named: [ann] });
    expect(await typesOf(ann)).toEqual(["mention"]);
  });

  test("every comment is a thing of its own: two within the hour tell twice", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const post = await deeds.post(ann);
    await deeds.comment(ben, post.id);
    await deeds.comment(ben, post.id);
    expect(await typesOf(ann)).toEqual(["post_comment", "post_comment"]);
  });

  test("a handle that nobody has tells nobody and breaks nothing", async () => {
    const [ann] = await scene.people("ann");
    const nobody = { ...ann, handle: "nobody_has_this" };
    await deeds.post(ann, { named: [nobody] });
    expect(await scene.service("select from mentions where mentioned_by = $1", [ann.id])).toEqual([]);
  });
});

describe("the unread number equals COUNT, whatever moves it (R15)", () => {
  const check = async (who: Person, expected: number) => {
    const [row] = await scene.service<{ kept: number; counted: number }>(
      `select coalesce((select unread from notification_counts where user_id = $1), 0) as kept,
         (select count(*)::int from notifications where user_id = $1 and not is_read) as counted`,
      [who.id],
    );
    expect(row).toEqual({ kept: expected, counted: expected });
  };

  test("insert, read by ids, the same ids again, another's ids, read all, block, mute, delete, unread again", async () => {
    const [ann, ben, cleo, dan] = await scene.people("ann", "ben", "cleo", "dan");
    const post = await deeds.post(ann);
    for (const who of [ben, cleo, dan]) {
      await deeds.vote(who, "post", post.id, 1);
      await deeds.comment(who, post.id);
      await deeds.follow(who, ann);
    }
    await check(ann, 9);
    const ids = (await notificationsOf(ann)).map((each) => each.id);
    const told = await deeds.read(ann, { ids: ids.slice(0, 2) });
    expect(told.outbox.map(({ topic, type, data }) => ({ topic, type, data }))).toEqual([
      {
        topic: `user:${ann.id}`,
        type: "unread.changed",
        data: { unread: 7, version: 10, read: { ids: expect.arrayContaining(ids.slice(0, 2)) } },
      },
    ]);
    await check(ann, 7);
    expect((await deeds.read(ann, { ids: ids.slice(0, 2) })).outbox).toEqual([]);
    await deeds.read(ben, { ids });
    await check(ann, 7);
    await deeds.block(ann, ben);
    await check(ann, 6);
    await deeds.mute(ann, cleo);
    await check(ann, 3);
    await scene.as(ann, "update notifications set is_read = false where actor_id = $1", [cleo.id]);
    await check(ann, 6);
    await scene.service("delete from notifications where user_id = $1 and actor_id = $2", [ann.id, dan.id]);
    await check(ann, 3);
    const all = await deeds.read(ann, { all: true });
    expect(all.outbox[0]?.data).toMatchObject({ unread: 0, read: { all: true } });
    await check(ann, 0);
    expect((await deeds.read(ann, { all: true })).outbox).toEqual([]);
  });

  test("the nightly clean-up takes read ones older than 90 days, leaves unread ones, and the number stays (000-56)", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const insert =
      "insert into notifications (user_id, actor_id, type, message, entity_id, entity_type, link, is_read, created_at) values ($1, $2, 'mention', 'x', $2, 'user', '/', $3, now() - $4::interval)";
    for (const [isRead, age] of [
      [true, "91 days"],
      [false, "91 days"],
      [true, "89 days"],
      [false, "1 day"],
    ] as const) {
      await scene.service(insert, [ann.id, ben.id, isRead, age]);
    }
    expect(await scene.service("select app.cleanup_old_notifications()::int as gone")).toEqual([{ gone: 1 }]);
    expect(await notificationsOf(ann)).toHaveLength(3);
    await check(ann, 2);
  });
});
