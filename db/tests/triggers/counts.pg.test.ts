import { describe, expect, test } from "vitest";
import { createActions, errorCodeOf } from "../../testing/actions.ts";
import { createDatabaseFixture, type Person } from "../../testing/fixtures.ts";

/** Cached counts change only when a row was inserted, changed or deleted (R15, 000-55). */
const fixture = createDatabaseFixture();
const actions = createActions(fixture);

type Counts = Record<string, number>;
const only = async (text: string, id: string): Promise<Counts> =>
  (await fixture.queryAsService<Counts>(text, [id]))[0] ?? {};
const statsOf = (who: Person) =>
  only(
    `select followers_count as followers, following_count as following, posts_count as posts, answers_count as answers,
       upvotes_count as upvotes, version::int from user_stats where user_id = $1`,
    who.id,
  );
const postCounts = (id: string) =>
  only("select upvotes, downvotes, comments, answers, version::int from post_stats where post_id = $1", id);
const commentCounts = (id: string) =>
  only("select upvotes, downvotes, replies, version::int from comment_stats where comment_id = $1", id);
const none = { followers: 0, following: 0, posts: 0, answers: 0, upvotes: 0, version: 0 };

describe("votes", () => {
  test.each(["post", "comment"] as const)(
    "on a %s: given, given again, flipped, taken back, taken back again",
    async (target) => {
      const [ann, ben] = await fixture.insertPeople("ann", "ben");
      const post = await actions.post(ann);
      const id = target === "post" ? post.id : (await actions.comment(ann, post.id)).id;
      const start = target === "post" ? await postCounts(id) : await commentCounts(id);
      const steps = [
        [1, { upvotes: 1, downvotes: 0, changes: 1 }],
        [1, { upvotes: 1, downvotes: 0, changes: 1 }],
        [-1, { upvotes: 0, downvotes: 1, changes: 2 }],
        [-1, { upvotes: 0, downvotes: 1, changes: 2 }],
        [0, { upvotes: 0, downvotes: 0, changes: 3 }],
        [0, { upvotes: 0, downvotes: 0, changes: 3 }],
        [-1, { upvotes: 0, downvotes: 1, changes: 4 }],
        [1, { upvotes: 1, downvotes: 0, changes: 5 }],
      ] as const;
      for (const [value, { changes, ...counts }] of steps) {
        await actions.vote(ben, target, id, value);
        const found = target === "post" ? await postCounts(id) : await commentCounts(id);
        expect(found).toEqual({ ...start, ...counts, version: (start.version ?? 0) + changes });
      }
    },
  );

  test("upvotes of others count for the author, downvotes and own votes do not", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    const post = await actions.post(ann);
    await actions.vote(ann, "post", post.id, 1);
    await actions.vote(ben, "post", post.id, 1);
    await actions.vote(cleo, "post", post.id, -1);
    expect(await postCounts(post.id)).toMatchObject({ upvotes: 2, downvotes: 1 });
    expect((await statsOf(ann)).upvotes).toBe(1);
    await actions.vote(cleo, "post", post.id, 1);
    expect((await statsOf(ann)).upvotes).toBe(2);
    await actions.vote(ben, "post", post.id, -1);
    await actions.vote(ann, "post", post.id, 0);
    expect((await statsOf(ann)).upvotes).toBe(1);
  });

  test("an invalid vote value violates the check constraint", async () => {
    const [ann] = await fixture.insertPeople("ann");
    const post = await actions.post(ann);
    const write = fixture.queryAs(
      ann,
      "insert into post_votes (post_id, voter_id, value) values ($1, $2, 2)",
      [post.id, ann.id],
    );
    await expect(write).rejects.toMatchObject({ code: "23514" });
  });
});

describe("follows (000-53..55)", () => {
  test("following twice and unfollowing twice changes each count once in each direction", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    for (let time = 0; time < 2; time += 1) await actions.follow(ben, ann);
    expect(await statsOf(ann)).toEqual({ ...none, followers: 1, version: 1 });
    expect(await statsOf(ben)).toEqual({ ...none, following: 1, version: 1 });
    for (let time = 0; time < 2; time += 1) await actions.unfollow(ben, ann);
    expect(await statsOf(ann)).toEqual({ ...none, version: 2 });
    expect(await statsOf(ben)).toEqual({ ...none, version: 2 });
  });

  test("a block deletes the follows of both accounts, and unblocking does not restore them", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    await actions.follow(ann, ben);
    await actions.follow(ben, ann);
    await actions.follow(cleo, ann);
    await actions.block(ann, ben);
    const left = () =>
      fixture.queryAsService("select follower_id from user_follows where $1 in (follower_id, following_id)", [
        ann.id,
      ]);
    expect(await left()).toEqual([{ follower_id: cleo.id }]);
    expect(await statsOf(ann)).toMatchObject({ followers: 1, following: 0 });
    expect(await statsOf(ben)).toMatchObject({ followers: 0, following: 0 });
    expect(await errorCodeOf(actions.follow(ben, ann))).toBe("NOT_FOUND");
    expect(await errorCodeOf(actions.follow(ann, ben))).toBe("FORBIDDEN");
    await actions.unblock(ann, ben);
    expect(await left()).toHaveLength(1);
    expect(await errorCodeOf(actions.follow(ben, ann))).toBe("accepted");
  });

  test("a block deletes the notifications between both accounts, and no others", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    await actions.follow(ann, ben);
    await actions.follow(ben, ann);
    await actions.follow(cleo, ann);
    await actions.block(ben, ann);
    const selectActors = "select actor_id from notifications where user_id = $1";
    expect(await fixture.queryAsService(selectActors, [ann.id])).toEqual([{ actor_id: cleo.id }]);
    expect(await fixture.queryAsService(selectActors, [ben.id])).toEqual([]);
  });

  test("following, blocking or muting oneself is a CONFLICT", async () => {
    const [ann] = await fixture.insertPeople("ann");
    for (const action of [actions.follow, actions.block, actions.mute])
      expect(await errorCodeOf(action(ann, ann))).toBe("CONFLICT");
  });
});

describe("posts, answers and comments", () => {
  test("creating increments, deleting decrements, deleting twice does not", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const post = await actions.post(ann);
    const question = await actions.question(ann);
    const answer = await actions.answer(ben, question.id);
    expect(await statsOf(ann)).toMatchObject({ posts: 2, answers: 0 });
    expect(await statsOf(ben)).toMatchObject({ posts: 0, answers: 1 });
    expect(await postCounts(question.id)).toMatchObject({ answers: 1 });
    await actions.deletePost(ben, answer.id);
    expect(await errorCodeOf(actions.deletePost(ben, answer.id))).toBe("GONE");
    await actions.deletePost(ann, post.id);
    expect(await errorCodeOf(actions.deletePost(ann, post.id))).toBe("GONE");
    expect(await statsOf(ann)).toMatchObject({ posts: 1, answers: 0 });
    expect(await statsOf(ben)).toMatchObject({ posts: 0, answers: 0 });
    expect(await postCounts(question.id)).toMatchObject({ answers: 0 });
  });

  test("comments and replies increment and decrement once each", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const post = await actions.post(ann);
    const root = await actions.comment(ann, post.id);
    const reply = await actions.comment(ben, post.id, { parentId: root.id });
    expect(await postCounts(post.id)).toMatchObject({ comments: 2 });
    expect(await commentCounts(root.id)).toMatchObject({ replies: 1 });
    await actions.deleteComment(ben, reply.id);
    expect(await errorCodeOf(actions.deleteComment(ben, reply.id))).toBe("GONE");
    expect(await postCounts(post.id)).toMatchObject({ comments: 1 });
    expect(await commentCounts(root.id)).toMatchObject({ replies: 0 });
  });

  test("a concurrent second delete does not decrement again", async () => {
    const [ann] = await fixture.insertPeople("ann");
    const post = await actions.post(ann);
    const comment = await actions.comment(ann, post.id);
    const phone = await fixture.openTransactionAs(ann);
    await phone.query("select app.delete_comment($1)", [comment.id]);
    const laptop = actions.deleteComment(ann, comment.id);
    await fixture.waitForBlockedLock();
    await phone.query("commit");
    expect((await laptop).outbox).toEqual([]);
    expect(await postCounts(post.id)).toMatchObject({ comments: 0 });
  });

  test("a comment sent twice with one client id is one row (R2)", async () => {
    const [ann] = await fixture.insertPeople("ann");
    const post = await actions.post(ann);
    const clientId = ann.id;
    await actions.comment(ann, post.id, { clientId });
    expect(await errorCodeOf(actions.comment(ann, post.id, { clientId }))).toBe("CONFLICT");
    expect(await postCounts(post.id)).toMatchObject({ comments: 1 });
  });
});

describe("deleting an account corrects all counts (R15, R16)", () => {
  test("the counts of accounts that it followed, upvoted, commented on and answered stay correct", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    const post = await actions.post(ann);
    const asked = await actions.question(ann);
    const root = await actions.comment(ann, post.id);
    const bensQuestion = await actions.question(ben);
    await actions.answer(ben, asked.id);
    await actions.answer(ann, bensQuestion.id);
    // Its upvotes are deleted with the question, and the author's upvote count is corrected, also for ben's
    // own upvote.
    const cleos = await actions.answer(cleo, bensQuestion.id);
    for (const voter of [ann, ben]) await actions.vote(voter, "post", cleos.id, 1);
    const bens = await actions.comment(ben, post.id, { parentId: root.id, mentioned: [cleo] });
    // Cleo's reply under ben's comment stays, and therefore ben's comment stays as a deleted one.
    await actions.comment(cleo, post.id, { parentId: bens.id });
    await actions.comment(cleo, bensQuestion.id);
    await actions.vote(ben, "post", post.id, 1);
    await actions.vote(ben, "comment", root.id, -1);
    await actions.vote(cleo, "comment", bens.id, 1);
    await actions.follow(ben, ann);
    await actions.follow(ann, ben);
    await actions.block(ben, (await fixture.insertPeople("dan"))[0]);
    await actions.mute(cleo, ben);
    await fixture.queryAsService("delete from users where id = $1", [ben.id]);

    expect(await statsOf(ann)).toMatchObject({
      followers: 0,
      following: 0,
      posts: 2,
      answers: 0,
      upvotes: 0,
    });
    expect(await statsOf(cleo)).toMatchObject({ answers: 0, upvotes: 0 });
    expect(await postCounts(post.id)).toMatchObject({ upvotes: 0, downvotes: 0, comments: 2 });
    expect(await postCounts(asked.id)).toMatchObject({ answers: 0 });
    expect(await commentCounts(root.id)).toMatchObject({ downvotes: 0, replies: 0 });
    expect(await commentCounts(bens.id)).toMatchObject({ upvotes: 1, replies: 1 });
    expect(
      await fixture.queryAsService(
        "select kept.unread from notification_counts kept where unread <> (select count(*) from notifications n where n.user_id = kept.user_id and not is_read)",
      ),
    ).toEqual([]);
    // Notifications that ben caused stay, without actor.
    expect(
      await fixture.queryAsService("select from notifications where actor_id = $1 or user_id = $1", [ben.id]),
    ).toEqual([]);
    const [left] = await fixture.queryAsService<{ count: number }>(
      "select ((select count(*) from comments where author_id = $1) + (select count(*) from posts where author_id = $1) + (select count(*) from sessions where user_id = $1))::int as count",
      [ben.id],
    );
    expect(left?.count).toBe(0);
  });
});
