import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { vote, writeComment, writePost } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, nobody, serviceRows } from "../../../bench/testing/api-clients.ts";
import { pageOf, readAllPages, view } from "../../../bench/testing/response-assertions.ts";
import { commentViewSchema } from "../../../db/views/comment.view.ts";
import { postViewSchema } from "../../../db/views/post.view.ts";

const thread = pageOf(commentViewSchema);

test("the response to a new comment equals the comment in the thread, and it is counted (R15)", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  const clientId = randomUUID();
  const comment = await writeComment(ben, post.id, { body: " Nice. ", clientId });
  expect(comment).toMatchObject({
    postId: post.id,
    parentId: null,
    depth: 0,
    clientId,
    body: "Nice.",
    deletedAt: null,
    viewer: { vote: 0 },
  });
  expect(view(thread, await asPerson(ben).get(`/api/posts/${post.id}/comments`)).items).toEqual([comment]);
  expect(view(postViewSchema, await nobody().get(`/api/posts/${post.id}`)).counts.comments).toBe(1);
});

test("a thread is ordered depth first, oldest first, and its pages join without gaps or duplicates", async () => {
  const ann = await newPerson("Ann");
  const { id } = await writePost(ann);
  const a = await writeComment(ann, id, { body: "a" });
  const b = await writeComment(ann, id, { body: "b" });
  const a1 = await writeComment(ann, id, { body: "a1", parentId: a.id });
  const a2 = await writeComment(ann, id, { body: "a2", parentId: a.id });
  const a11 = await writeComment(ann, id, { body: "a11", parentId: a1.id });
  const seen = await readAllPages(nobody().get, `/api/posts/${id}/comments`, commentViewSchema);
  expect(seen.map(({ id }) => id)).toEqual([a.id, a1.id, a11.id, a2.id, b.id]);
  expect(seen.map(({ depth, counts }) => [depth, counts.replies])).toEqual([
    [0, 2],
    [1, 1],
    [2, 0],
    [1, 0],
    [0, 0],
  ]);
});

test("replies below the eighth level stay on that level and keep their parentId", async () => {
  const ann = await newPerson("Ann");
  const { id } = await writePost(ann);
  let parent = await writeComment(ann, id, { body: "0" });
  for (let level = 1; level <= 9; level += 1) {
    const reply = await writeComment(ann, id, { body: String(level), parentId: parent.id });
    expect(reply).toMatchObject({ parentId: parent.id, depth: Math.min(level, 7) });
    parent = reply;
  }
  expect(view(thread, await nobody().get(`/api/posts/${id}/comments`)).items).toHaveLength(10);
});

test("a comment sent twice with one client id is one comment, with the same response (R2)", async () => {
  const ann = await newPerson("Ann");
  const { id } = await writePost(ann);
  const body = { body: "once", clientId: randomUUID() };
  const send = () =>
    asPerson(ann).post(`/api/posts/${id}/comments`, body, { headers: { "Idempotency-Key": null } });
  const answers = await Promise.all([send(), send()]);
  answers.push(await send());
  expect(new Set(answers.map((answer) => view(commentViewSchema, answer, 201).id)).size).toBe(1);
  expect(await serviceRows("select from comments where post_id = $1", [id])).toHaveLength(1);
});

test("a deleted comment keeps its place without body and author; its replies stay", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const { id } = await writePost(ann);
  const comment = await writeComment(ben, id, { body: "regretted" });
  const reply = await writeComment(ann, id, { body: "kept", parentId: comment.id });
  expect((await asPerson(ben).delete(`/api/comments/${comment.id}`)).status).toBe(204);
  const answer = await nobody().get(`/api/posts/${id}/comments`);
  const [first, second] = view(thread, answer).items;
  expect(first).toMatchObject({ id: comment.id, body: null, author: null });
  expect(first?.deletedAt).not.toBeNull();
  expect(second).toMatchObject({ id: reply.id, body: "kept" });
  expect(answer.text).not.toContain("regretted");
  expect(answer.text).not.toContain(ben.id);
  expect(view(postViewSchema, await nobody().get(`/api/posts/${id}`)).counts.comments).toBe(1);
});

test("a comment's votes count up and down", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const { id } = await writePost(ann);
  const comment = await writeComment(ann, id);
  expect(await vote(ben, "comments", comment.id, 1)).toMatchObject({ value: 1, score: 1 });
  expect(await vote(ben, "comments", comment.id, -1)).toMatchObject({
    value: -1,
    upvotes: 0,
    downvotes: 1,
    score: -1,
  });
  const [seen] = view(thread, await asPerson(ben).get(`/api/posts/${id}/comments`)).items;
  expect(seen).toMatchObject({ viewer: { vote: -1 }, counts: { score: -1 } });
});
