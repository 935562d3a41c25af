import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readComments } from "../../reads/comments.reads.ts";
import { codeOf, deedsOf } from "../../testing/actions.ts";
import { ownScene, type Person } from "../../testing/fixtures.ts";

const scene = ownScene();
const deeds = deedsOf(scene);

describe("a thread is a tree of eight levels", () => {
  test("each reply is one level deeper than its parent, with its parent's path before its own", async () => {
    const [ann] = await scene.people("ann");
    const post = await deeds.post(ann);
    const ids: string[] = [];
    for (let level = 0; level < 10; level += 1) {
      const parentId = ids.at(-1);
      ids.push((await deeds.comment(ann, post.id, parentId ? { parentId } : {})).id);
    }
    const rows = await scene.service<{ id: string; parent_id: string | null; depth: number; path: string }>(
      "select id, parent_id, depth, encode(path, 'hex') as path from comments where post_id = $1 order by id",
      [post.id],
    );
    expect(rows.map((row) => row.depth)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 7, 7]);
    expect(rows.map((row) => row.parent_id)).toEqual([null, ...ids.slice(0, 9)]);
    for (const [at, row] of rows.entries())
      expect(row.path).toBe([...ids.slice(0, Math.min(at, 7)), row.id].join("").replaceAll("-", ""));
  });

  test("a page reads depth first, oldest first, whoever wrote in between", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const post = await deeds.post(ann);
    const say = async (who: typeof ann, parentId?: string) =>
      (await deeds.comment(who, post.id, parentId ? { parentId } : {})).id;
    const first = await say(ann);
    const second = await say(ben);
    const underSecond = await say(ann, second);
    const underFirst = await say(ben, first);
    const deeper = await say(ann, underFirst);
    const third = await say(ann);
    const late = await say(ann, first);
    const { results } = await scene.port().asViewer(null, [readComments(post.id, null, 20)]);
    expect(results[0].map((row) => row.view.id)).toEqual([
      first,
      underFirst,
      deeper,
      late,
      second,
      underSecond,
      third,
    ]);
  });

  test("a deleted comment keeps its place and loses its words and its author", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const post = await deeds.post(ann);
    const root = await deeds.comment(ann, post.id, { body: "regretted" });
    const reply = await deeds.comment(ben, post.id, { parentId: root.id });
    await deeds.deleteComment(ann, root.id);
    const { results } = await scene.port().asViewer(ben.token, [readComments(post.id, null, 20)]);
    const views = results[0].map((row) => row.view);
    expect(views.map((view) => view.id)).toEqual([root.id, reply.id]);
    expect(views[0]).toMatchObject({ body: null, author: null, deletedAt: expect.any(String) });
    expect(JSON.stringify(views)).not.toContain("regretted");
  });
});

describe("an account that goes leaves others' replies where they stand", () => {
  const bodies = async (who: Person | null, postId: string) => {
    const { results } = await scene.port().asViewer(who?.token ?? null, [readComments(postId, null, 50)]);
    return results[0].map(({ view }) => [view.id, view.body, view.author?.id ?? null]);
  };

  test("what somebody else replied to anywhere below becomes a deleted comment without author; the rest is gone", async () => {
    const [ann, ben, cleo] = await scene.people("ann", "ben", "cleo");
    const post = await deeds.post(ann);
    const say = async (who: Person, body: string, parentId?: string) =>
      (await deeds.comment(who, post.id, parentId ? { body, parentId } : { body })).id;
    const root = await say(ben, "secret root");
    const own = await say(ben, "secret reply to oneself", root);
    const cleos = await say(cleo, "an answer", own);
    const below = await say(ben, "secret last word", cleos);
    await say(ben, "secret, and alone");
    const regretted = await say(ben, "secret, taken back");
    const anns = await say(ann, "quick", regretted);
    await deeds.deleteComment(ben, regretted);
    // Below the eighth level replies stand beside their parent.
    let deep = root;
    for (let level = 1; level <= 8; level += 1) deep = await say(ben, `secret ${level}`, deep);
    const deepest = await say(cleo, "from the deep", deep);
    await deeds.block(cleo, (await scene.people("dan"))[0]);
    await deeds.mute(cleo, (await scene.people("eve"))[0]);
    const placed = await bodies(null, post.id);

    await scene.service("delete from users where id = $1", [ben.id]);
    const left = await bodies(null, post.id);
    expect(left.filter(([, body]) => body !== null)).toEqual([
      [cleos, "an answer", cleo.id],
      [deepest, "from the deep", cleo.id],
      [anns, "quick", ann.id],
    ]);
    expect(left.filter(([, , author]) => author === null)).toHaveLength(2 + 8 + 1);
    const stays = new Set(left.map(([id]) => id));
    expect(left.map(([id]) => id)).toEqual(placed.map(([id]) => id).filter((id) => stays.has(id)));
    expect(stays.has(below)).toBe(false);
    expect(await bodies(cleo, post.id)).toEqual(left);
    const kept = await scene.service("select to_jsonb(c) as row from comments c where post_id = $1", [
      post.id,
    ]);
    expect(JSON.stringify(kept)).not.toMatch(new RegExp(`secret|${ben.id}`));
    expect(await codeOf(deeds.comment(ann, post.id, { parentId: root }))).toBe("GONE");
    expect(await codeOf(deeds.deleteComment(ann, root))).toBe("GONE");

    // The last replies may go with their accounts too; the places stay readable and countable.
    await scene.service("delete from users where id = $1", [cleo.id]);
    expect((await bodies(null, post.id)).filter(([, body]) => body !== null)).toEqual([
      [anns, "quick", ann.id],
    ]);
  });

  test("a reply that is being written at this moment stays too", async () => {
    const [ann, ben, cleo] = await scene.people("ann", "ben", "cleo");
    const post = await deeds.post(ann);
    const root = await deeds.comment(ben, post.id);
    const cleos = await scene.open(cleo);
    await cleos.query(
      "insert into comments (post_id, author_id, parent_id, body) values ($1, $2, $3, 'just in time')",
      [post.id, cleo.id, root.id],
    );
    const leaving = scene.service("delete from users where id = $1", [ben.id]);
    await scene.untilWaiting();
    await cleos.query("commit");
    await leaving;
    expect((await bodies(null, post.id)).map(([, body]) => body)).toEqual([null, "just in time"]);
  });
});

describe("what is gone takes nothing more", () => {
  test("a reply to a deleted comment, a vote on it: GONE", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const post = await deeds.post(ann);
    const comment = await deeds.comment(ann, post.id);
    await deeds.deleteComment(ann, comment.id);
    expect(await codeOf(deeds.comment(ben, post.id, { parentId: comment.id }))).toBe("GONE");
    for (const value of [1, 0] as const)
      expect(await codeOf(deeds.vote(ben, "comment", comment.id, value))).toBe("GONE");
  });

  test("a vote, a comment, an answer, a vote on a comment under a deleted post: GONE", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const question = await deeds.question(ann);
    const comment = await deeds.comment(ben, question.id);
    await deeds.deletePost(ann, question.id);
    for (const value of [1, 0, -1] as const)
      expect(await codeOf(deeds.vote(ben, "post", question.id, value))).toBe("GONE");
    expect(await codeOf(deeds.comment(ben, question.id))).toBe("GONE");
    expect(await codeOf(deeds.answer(ben, question.id))).toBe("GONE");
    expect(await codeOf(deeds.vote(ann, "comment", comment.id, 1))).toBe("GONE");
  });

  test("the database refuses by itself, without the service's question before", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const post = await deeds.post(ann);
    await deeds.vote(ben, "post", post.id, -1);
    await deeds.deletePost(ann, post.id);
    const insert = scene.as(ann, "insert into post_votes (post_id, voter_id, value) values ($1, $2, 1)", [
      post.id,
      ann.id,
    ]);
    await expect(insert).rejects.toMatchObject({ code: "PZ410" });
    const flip = scene.as(ben, "update post_votes set value = 1 where post_id = $1", [post.id]);
    await expect(flip).rejects.toMatchObject({ code: "PZ410" });
  });
});

describe("what does not fit", () => {
  test("an answer to what is no question: CONFLICT", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const post = await deeds.post(ann);
    const question = await deeds.question(ann);
    const answer = await deeds.answer(ben, question.id);
    for (const id of [post.id, answer.id]) expect(await codeOf(deeds.answer(ben, id))).toBe("CONFLICT");
  });

  test("what is not there, and a parent under another post: NOT_FOUND", async () => {
    const [ann] = await scene.people("ann");
    const [here, there] = [await deeds.post(ann), await deeds.post(ann)];
    const elsewhere = await deeds.comment(ann, there.id);
    expect(await codeOf(deeds.comment(ann, here.id, { parentId: elsewhere.id }))).toBe("NOT_FOUND");
    expect(await codeOf(deeds.comment(ann, here.id, { parentId: randomUUID() }))).toBe("NOT_FOUND");
    expect(await codeOf(deeds.comment(ann, randomUUID()))).toBe("NOT_FOUND");
    expect(await codeOf(deeds.answer(ann, randomUUID()))).toBe("NOT_FOUND");
    expect(await codeOf(deeds.vote(ann, "post", randomUUID(), 1))).toBe("NOT_FOUND");
    expect(await codeOf(deeds.vote(ann, "comment", randomUUID(), 1))).toBe("NOT_FOUND");
  });

  test("across a block, either way, everything is NOT_FOUND", async () => {
    const [ann, ben] = await scene.people("ann", "ben");
    const question = await deeds.question(ann);
    const comment = await deeds.comment(ann, question.id);
    for (const [blocker, blocked] of [
      [ann, ben],
      [ben, ann],
    ] as const) {
      await deeds.block(blocker, blocked);
      expect(await codeOf(deeds.comment(ben, question.id))).toBe("NOT_FOUND");
      expect(await codeOf(deeds.comment(ben, question.id, { parentId: comment.id }))).toBe("NOT_FOUND");
      expect(await codeOf(deeds.answer(ben, question.id))).toBe("NOT_FOUND");
      expect(await codeOf(deeds.vote(ben, "post", question.id, 1))).toBe("NOT_FOUND");
      expect(await codeOf(deeds.vote(ben, "comment", comment.id, 1))).toBe("NOT_FOUND");
      await deeds.unblock(blocker, blocked);
    }
  });

  test("on a third one's post, a reply across a block is NOT_FOUND too", async () => {
    const [ann, ben, host] = await scene.people("ann", "ben", "host");
    const post = await deeds.post(host);
    const comment = await deeds.comment(ann, post.id);
    await deeds.block(ann, ben);
    expect(await codeOf(deeds.comment(ben, post.id, { parentId: comment.id }))).toBe("NOT_FOUND");
    expect(await codeOf(deeds.vote(ben, "comment", comment.id, 1))).toBe("NOT_FOUND");
    expect(await codeOf(deeds.comment(ben, post.id))).toBe("accepted");
  });
});
