import { describe, expect, test } from "vitest";
import { codeOf, deedsOf } from "../../testing/actions.ts";
import { ownScene, type Person } from "../../testing/fixtures.ts";

/** Cached counts move only when a row really came, changed or went (R15, 000-55). */
const scene = ownScene();
const deeds = deedsOf(scene);

type Counts = Record<string, number>;
const only = async (text: string, id: string): Promise<Counts> =>
  (await scene.service<Counts>(text, [id]))[0] ?? {};
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
      const [ann, ben] = await scene.people("ann", "ben");
      const post = await deeds.post(ann);
      const id = target === "post" ? post.id : (await deeds.comment(ann, post.id)).id;
      const start = target === "post" ? await postCounts(id) : await commentCounts(id);
      const steps = [
        [1, { upvotes: 1, downvotes: 0, moved: 1 }],
        [1, { upvotes: 1, downvotes: 0, moved: 1 }],
        [-1, { upvotes: 0, downvotes: 1, moved: 2 }],
        [-1, { upvotes: 0, downvotes: 1, moved: 2 }],
        [0, { upvotes: 0, downvotes: 0, moved: 3 }],
        [0, { upvotes: 0, downvotes: 0, moved: 3 }],
        [-1, { upvotes: 0, downvotes: 1, moved: 4 }],
        [1, { upvotes: 1, downvotes: 0, moved: 5 }],
      ] as const;
      for (const [value, { moved, ...counts }] of steps) {
        await deeds.vote(ben, target, id, value);
        const found = target === "post" ? await postCounts(id) : await commentCounts(id);
        expect(found).toEqual({ ...start, ...counts, version: (start.version ?? 0) + moved });
      }
    },
  );

  test("upvotes from others count for the author, downvotes and one's own do not", async () => {
    const [ann, ben, cleo] = await scene.people("ann", "ben", "cleo");
    const post = await deeds.post(ann);
    await deeds.vote(ann, "post", post.id, 1);
    await deeds.vote(ben, "post", post.id, 1);
    await deeds.vote(cleo, "post", post.id, -1);
    expect(await postCounts(post.id)).toMatchObject({ upvotes: 2, downvotes: 1 });
    expect((await statsOf(ann)).upvotes).toBe(1);
    await deeds.vote(cleo, "post", post.id, 1);
    expect((await statsOf(ann)).upvotes).toBe(2);
    await deeds.vote(ben, "post", post.id, -1);
    await deeds.vote(ann, "post", post.id, 0);
    expect((await statsOf(ann)).upvotes).toBe(1);
  });

  test("a value that is no vote is refused by the table", async () => {
    const [ann] = await scene.people("ann");
    const post = await deeds.post(ann);
    const write = scene.as(ann, "insert into post_votes (post_id, voter_id, value) values ($1, $2, 2)", [
      post.id,
      ann.id,
    ]);
    await expect(write).rejects.toMatchObject({ code: "23514" });
  });
});

describe("follows (000-53..55)", () => {
  test("follow twice, unfollow twice: each side moves once each way", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    for (let time = 0; time < 2; time += 1) await deeds.follow(ben, ann);
    expect(await statsOf(ann)).toEqual({ ...none, followers: 1, version: 1 });
    expect(await statsOf(ben)).toEqual({ ...none, following: 1, version: 1 });
    for (let time = 0; time < 2; time += 1) await deeds.unfollow(ben, ann);
    expect(await statsOf(ann)).toEqual({ ...none, version: 2 });
    expect(await statsOf(ben)).toEqual({ ...none, version: 2 });
  });

  test("a block takes the follows of both away, and unblocking does not bring them back", async () => {
    const [ann, ben, cleo] = await scene.people("ann", "ben", "cleo");
    await deeds.follow(ann, ben);
    await deeds.follow(ben, ann);
    await deeds.follow(cleo, ann);
    await deeds.block(ann, ben);
    const left = () =>
      scene.service("select follower_id from user_follows where $1 in (follower_id, following_id)", [ann.id]);
    expect(await left()).toEqual([{ follower_id: cleo.id }]);
    expect(await statsOf(ann)).toMatchObject({ followers: 1, following: 0 });
    expect(await statsOf(ben)).toMatchObject({ followers: 0, following: 0 });
    expect(await codeOf(deeds.follow(ben, ann))).toBe("NOT_FOUND");
    expect(await codeOf(deeds.follow(ann, ben))).toBe("FORBIDDEN");
    await deeds.unblock(ann, ben);
    expect(await left()).toHaveLength(1);
    expect(await codeOf(deeds.follow(ben, ann))).toBe("accepted");
  });

  test("a block takes away what each was told of the other, and of nobody else", async () => {
    const [ann, ben, cleo] = await scene.people("ann", "ben", "cleo");
    await deeds.follow(ann, ben);
    await deeds.follow(ben, ann);
    await deeds.follow(cleo, ann);
    await deeds.block(ben, ann);
    const told = "select actor_id from notifications where user_id = $1";
    expect(await scene.service(told, [ann.id])).toEqual([{ actor_id: cleo.id }]);
    expect(await scene.service(told, [ben.id])).toEqual([]);
  });

  test("oneself is nobody to follow, block or mute", async () => {
    const [ann] = await scene.people("ann");
    for (const revocation of [deeds.follow, deeds.block, deeds.mute])
      expect(await codeOf(revocation(ann, ann))).toBe("CONFLICT");
  });
});

describe("posts, answers and comments", () => {
  test("publishing counts, deleting counts back, deleting twice does not", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const post = await deeds.post(ann);
    const question = await deeds.question(ann);
    const answer = await deeds.answer(ben, question.id);
    expect(await statsOf(ann)).toMatchObject({ posts: 2, answers: 0 });
    expect(await statsOf(ben)).toMatchObject({ posts: 0, answers: 1 });
    expect(await postCounts(question.id)).toMatchObject({ answers: 1 });
    await deeds.deletePost(ben, answer.id);
    expect(await codeOf(deeds.deletePost(ben, answer.id))).toBe("GONE");
    await deeds.deletePost(ann, post.id);
    expect(await codeOf(deeds.deletePost(ann, post.id))).toBe("GONE");
    expect(await statsOf(ann)).toMatchObject({ posts: 1, answers: 0 });
    expect(await statsOf(ben)).toMatchObject({ posts: 0, answers: 0 });
    expect(await postCounts(question.id)).toMatchObject({ answers: 0 });
  });

  test("comments and replies count up and down, each once", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const post = await deeds.post(ann);
    const root = await deeds.comment(ann, post.id);
    const reply = await deeds.comment(ben, post.id, { parentId: root.id });
    expect(await postCounts(post.id)).toMatchObject({ comments: 2 });
    expect(await commentCounts(root.id)).toMatchObject({ replies: 1 });
    await deeds.deleteComment(ben, reply.id);
    expect(await codeOf(deeds.deleteComment(ben, reply.id))).toBe("GONE");
    expect(await postCounts(post.id)).toMatchObject({ comments: 1 });
    expect(await commentCounts(root.id)).toMatchObject({ replies: 0 });
  });

  test("a thing deleted from two devices at once counts back once", async () => {
    const [ann] = await scene.people("ann");
    const post = await deeds.post(ann);
    const comment = await deeds.comment(ann, post.id);
    const phone = await scene.open(ann);
    await phone.query("select app.delete_comment($1)", [comment.id]);
    const laptop = deeds.deleteComment(ann, comment.id);
    await scene.untilWaiting();
    await phone.query("commit");
    expect((await laptop).outbox).toEqual([]);
    expect(await postCounts(post.id)).toMatchObject({ comments: 0 });
  });

  test("the same comment sent twice by its author's browser is one row (R2)", async () => {
    const [ann] = await scene.people("ann");
    const post = await deeds.post(ann);
    const clientId = ann.id;
    await deeds.comment(ann, post.id, { clientId });
    expect(await codeOf(deeds.comment(ann, post.id, { clientId }))).toBe("CONFLICT");
    expect(await postCounts(post.id)).toMatchObject({ comments: 1 });
  });
});

describe("an account that goes takes its counts along (R15, R16)", () => {
  test("what it followed, upvoted, commented, answered and asked: everyone else's counts stay true", async () => {
    const [ann, ben, cleo] = await scene.people("ann", "ben", "cleo");
    const post = await deeds.post(ann);
    const asked = await deeds.question(ann);
    const root = await deeds.comment(ann, post.id);
    const bensQuestion = await deeds.question(ben);
    await deeds.answer(ben, asked.id);
    await deeds.answer(ann, bensQuestion.id);
    // Its upvotes go with the question: its author gives back what they counted for, ben's own upvote too.
    const cleos = await deeds.answer(cleo, bensQuestion.id);
    for (const voter of [ann, ben]) await deeds.vote(voter, "post", cleos.id, 1);
    const bens = await deeds.comment(ben, post.id, { parentId: root.id, named: [cleo] });
    // Under ben's comment cleo's reply stays, and with it the place it stands in.
    await deeds.comment(cleo, post.id, { parentId: bens.id });
    await deeds.comment(cleo, bensQuestion.id);
    await deeds.vote(ben, "post", post.id, 1);
    await deeds.vote(ben, "comment", root.id, -1);
    await deeds.vote(cleo, "comment", bens.id, 1);
    await deeds.follow(ben, ann);
    await deeds.follow(ann, ben);
    await deeds.block(ben, (await scene.people("dan"))[0]);
    await deeds.mute(cleo, ben);
    await scene.service("delete from users where id = $1", [ben.id]);

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
      await scene.service(
        "select kept.unread from notification_counts kept where unread <> (select count(*) from notifications n where n.user_id = kept.user_id and not is_read)",
      ),
    ).toEqual([]);
    // What ben told others stays, without a name to it.
    expect(
      await scene.service("select from notifications where actor_id = $1 or user_id = $1", [ben.id]),
    ).toEqual([]);
    const [left] = await scene.service<{ count: number }>(
      "select ((select count(*) from comments where author_id = $1) + (select count(*) from posts where author_id = $1) + (select count(*) from sessions where user_id = $1))::int as count",
      [ben.id],
    );
    expect(left?.count).toBe(0);
  });
});
