import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { selectComments } from "../../reads/comments.reads.ts";
import { createActions, errorCodeOf } from "../../testing/actions.ts";
import { createDatabaseFixture, type Person } from "../../testing/fixtures.ts";

const fixture = createDatabaseFixture();
const actions = createActions(fixture);

describe("a thread is a tree of eight levels", () => {
  test("each reply is one level deeper than its parent, and its path begins with the parent's", async () => {
    const [ann] = await fixture.insertPeople("ann");
    const post = await actions.post(ann);
    const ids: string[] = [];
    for (let level = 0; level < 10; level += 1) {
      const parentId = ids.at(-1);
      ids.push((await actions.comment(ann, post.id, parentId ? { parentId } : {})).id);
    }
    const rows = await fixture.queryAsService<{
      id: string;
      parent_id: string | null;
      depth: number;
      path: string;
    }>(
      "select id, parent_id, depth, encode(path, 'hex') as path from comments where post_id = $1 order by id",
      [post.id],
    );
    expect(rows.map((row) => row.depth)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 7, 7]);
    expect(rows.map((row) => row.parent_id)).toEqual([null, ...ids.slice(0, 9)]);
    for (const [at, row] of rows.entries())
      expect(row.path).toBe([...ids.slice(0, Math.min(at, 7)), row.id].join("").replaceAll("-", ""));
  });

  test("a page is depth first, oldest first, also with comments inserted in between", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const post = await actions.post(ann);
    const insertComment = async (who: typeof ann, parentId?: string) =>
      (await actions.comment(who, post.id, parentId ? { parentId } : {})).id;
    const first = await insertComment(ann);
    const second = await insertComment(ben);
    const underSecond = await insertComment(ann, second);
    const underFirst = await insertComment(ben, first);
    const deeper = await insertComment(ann, underFirst);
    const third = await insertComment(ann);
    const late = await insertComment(ann, first);
    const { results } = await fixture.client().asViewer(null, [selectComments(post.id, null, 20)]);
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

  test("a deleted comment stays in the thread without text and author", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const post = await actions.post(ann);
    const root = await actions.comment(ann, post.id, { body: "regretted" });
    const reply = await actions.comment(ben, post.id, { parentId: root.id });
    await actions.deleteComment(ann, root.id);
    const { results } = await fixture.client().asViewer(ben.token, [selectComments(post.id, null, 20)]);
    const views = results[0].map((row) => row.view);
    expect(views.map((view) => view.id)).toEqual([root.id, reply.id]);
    expect(views[0]).toMatchObject({ body: null, author: null, deletedAt: expect.any(String) });
    expect(JSON.stringify(views)).not.toContain("regretted");
  });
});

describe("deleting an account keeps replies of other accounts in place", () => {
  const bodies = async (who: Person | null, postId: string) => {
    const { results } = await fixture
      .client()
      .asViewer(who?.token ?? null, [selectComments(postId, null, 50)]);
    return results[0].map(({ view }) => [view.id, view.body, view.author?.id ?? null]);
  };

  test("a comment with replies of others below becomes a deleted comment without author; other comments are removed", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    const post = await actions.post(ann);
    const insertComment = async (who: Person, body: string, parentId?: string) =>
      (await actions.comment(who, post.id, parentId ? { body, parentId } : { body })).id;
    const root = await insertComment(ben, "secret root");
    const own = await insertComment(ben, "secret reply to oneself", root);
    const cleos = await insertComment(cleo, "an answer", own);
    const below = await insertComment(ben, "secret last word", cleos);
    await insertComment(ben, "secret, and alone");
    const regretted = await insertComment(ben, "secret, taken back");
    const anns = await insertComment(ann, "quick", regretted);
    await actions.deleteComment(ben, regretted);
    // Below the eighth level a reply is on the same level as its parent.
    let deep = root;
    for (let level = 1; level <= 8; level += 1) deep = await insertComment(ben, `secret ${level}`, deep);
    const deepest = await insertComment(cleo, "from the deep", deep);
    await actions.block(cleo, (await fixture.insertPeople("dan"))[0]);
    await actions.mute(cleo, (await fixture.insertPeople("eve"))[0]);
    const placed = await bodies(null, post.id);

    await fixture.queryAsService("delete from users where id = $1", [ben.id]);
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
    const kept = await fixture.queryAsService(
      "select to_jsonb(c) as row from comments c where post_id = $1",
      [post.id],
    );
    expect(JSON.stringify(kept)).not.toMatch(new RegExp(`secret|${ben.id}`));
    expect(await errorCodeOf(actions.comment(ann, post.id, { parentId: root }))).toBe("GONE");
    expect(await errorCodeOf(actions.deleteComment(ann, root))).toBe("GONE");

    // After the repliers' accounts are deleted too, the thread can still be read and counted.
    await fixture.queryAsService("delete from users where id = $1", [cleo.id]);
    expect((await bodies(null, post.id)).filter(([, body]) => body !== null)).toEqual([
      [anns, "quick", ann.id],
    ]);
  });

  test("an uncommitted reply is kept too", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    const post = await actions.post(ann);
    const root = await actions.comment(ben, post.id);
    const cleos = await fixture.openTransactionAs(cleo);
    await cleos.query(
      "insert into comments (post_id, author_id, parent_id, body) values ($1, $2, $3, 'just in time')",
      [post.id, cleo.id, root.id],
    );
    const leaving = fixture.queryAsService("delete from users where id = $1", [ben.id]);
    await fixture.waitForBlockedLock();
    await cleos.query("commit");
    await leaving;
    expect((await bodies(null, post.id)).map(([, body]) => body)).toEqual([null, "just in time"]);
  });
});

describe("deleted content refuses writes", () => {
  test("a reply to a deleted comment and a vote on it: GONE", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const post = await actions.post(ann);
    const comment = await actions.comment(ann, post.id);
    await actions.deleteComment(ann, comment.id);
    expect(await errorCodeOf(actions.comment(ben, post.id, { parentId: comment.id }))).toBe("GONE");
    for (const value of [1, 0] as const)
      expect(await errorCodeOf(actions.vote(ben, "comment", comment.id, value))).toBe("GONE");
  });

  test("a vote, a comment, an answer and a vote on a comment under a deleted post: GONE", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const question = await actions.question(ann);
    const comment = await actions.comment(ben, question.id);
    await actions.deletePost(ann, question.id);
    for (const value of [1, 0, -1] as const)
      expect(await errorCodeOf(actions.vote(ben, "post", question.id, value))).toBe("GONE");
    expect(await errorCodeOf(actions.comment(ben, question.id))).toBe("GONE");
    expect(await errorCodeOf(actions.answer(ben, question.id))).toBe("GONE");
    expect(await errorCodeOf(actions.vote(ann, "comment", comment.id, 1))).toBe("GONE");
  });

  test("the triggers refuse by themselves, without the check in the service", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const post = await actions.post(ann);
    await actions.vote(ben, "post", post.id, -1);
    await actions.deletePost(ann, post.id);
    const insert = fixture.queryAs(
      ann,
      "insert into post_votes (post_id, voter_id, value) values ($1, $2, 1)",
      [post.id, ann.id],
    );
    await expect(insert).rejects.toMatchObject({ code: "PZ410" });
    const flip = fixture.queryAs(ben, "update post_votes set value = 1 where post_id = $1", [post.id]);
    await expect(flip).rejects.toMatchObject({ code: "PZ410" });
  });
});

describe("invalid targets", () => {
  test("an answer to a post that is not a question: CONFLICT", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const post = await actions.post(ann);
    const question = await actions.question(ann);
    const answer = await actions.answer(ben, question.id);
    for (const id of [post.id, answer.id])
      expect(await errorCodeOf(actions.answer(ben, id))).toBe("CONFLICT");
  });

  test("a missing target, and a parent comment of another post: NOT_FOUND", async () => {
    const [ann] = await fixture.insertPeople("ann");
    const [here, there] = [await actions.post(ann), await actions.post(ann)];
    const elsewhere = await actions.comment(ann, there.id);
    expect(await errorCodeOf(actions.comment(ann, here.id, { parentId: elsewhere.id }))).toBe("NOT_FOUND");
    expect(await errorCodeOf(actions.comment(ann, here.id, { parentId: randomUUID() }))).toBe("NOT_FOUND");
    expect(await errorCodeOf(actions.comment(ann, randomUUID()))).toBe("NOT_FOUND");
    expect(await errorCodeOf(actions.answer(ann, randomUUID()))).toBe("NOT_FOUND");
    expect(await errorCodeOf(actions.vote(ann, "post", randomUUID(), 1))).toBe("NOT_FOUND");
    expect(await errorCodeOf(actions.vote(ann, "comment", randomUUID(), 1))).toBe("NOT_FOUND");
  });

  test("across a block, in either direction, everything is NOT_FOUND", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const question = await actions.question(ann);
    const comment = await actions.comment(ann, question.id);
    for (const [blocker, blocked] of [
      [ann, ben],
      [ben, ann],
    ] as const) {
      await actions.block(blocker, blocked);
      expect(await errorCodeOf(actions.comment(ben, question.id))).toBe("NOT_FOUND");
      expect(await errorCodeOf(actions.comment(ben, question.id, { parentId: comment.id }))).toBe(
        "NOT_FOUND",
      );
      expect(await errorCodeOf(actions.answer(ben, question.id))).toBe("NOT_FOUND");
      expect(await errorCodeOf(actions.vote(ben, "post", question.id, 1))).toBe("NOT_FOUND");
      expect(await errorCodeOf(actions.vote(ben, "comment", comment.id, 1))).toBe("NOT_FOUND");
      await actions.unblock(blocker, blocked);
    }
  });

  test("on a third account's post, a reply across a block is NOT_FOUND too", async () => {
    const [ann, ben, host] = await fixture.insertPeople("ann", "ben", "host");
    const post = await actions.post(host);
    const comment = await actions.comment(ann, post.id);
    await actions.block(ann, ben);
    expect(await errorCodeOf(actions.comment(ben, post.id, { parentId: comment.id }))).toBe("NOT_FOUND");
    expect(await errorCodeOf(actions.vote(ben, "comment", comment.id, 1))).toBe("NOT_FOUND");
    expect(await errorCodeOf(actions.comment(ben, post.id))).toBe("accepted");
  });
});
