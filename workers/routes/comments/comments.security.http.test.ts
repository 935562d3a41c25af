import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import {
  answerTo,
  askQuestion,
  setRelation,
  writeComment,
  writePost,
} from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, nobody } from "../../../bench/testing/api-clients.ts";
import { pageOf, refused, view } from "../../../bench/testing/response-assertions.ts";
import { commentViewSchema } from "../../../db/views/comment.view.ts";

const thread = pageOf(commentViewSchema);

test("only the author of a comment can delete it, not the post's author", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  const post = await writePost(ann);
  const comment = await writeComment(ben, post.id);
  for (const other of [ann, cem])
    refused(await asPerson(other).delete(`/api/comments/${comment.id}`), 403, "FORBIDDEN");
  refused(await nobody().delete(`/api/comments/${comment.id}`), 401, "UNAUTHENTICATED");
  refused(await nobody().put(`/api/comments/${comment.id}/vote`, { value: 1 }), 401, "UNAUTHENTICATED");
  refused(await nobody().post(`/api/posts/${post.id}/comments`, { body: "x" }), 401, "UNAUTHENTICATED");
});

test("on a third person's post a block hides each side's comments from the other and refuses votes, deletions and replies", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  const post = await writePost(cem);
  const anns = await writeComment(ann, post.id, { body: "Ann's comment" });
  const bens = await writeComment(ben, post.id, { body: "Ben's comment" });
  await setRelation(ann, "block", ben);
  for (const [viewer, own, others] of [
    [ann, anns, bens],
    [ben, bens, anns],
  ] as const) {
    const client = asPerson(viewer);
    const answer = await client.get(`/api/posts/${post.id}/comments`);
    expect(view(thread, answer).items.map(({ id }) => id)).toEqual([own.id]);
    refused(await client.put(`/api/comments/${others.id}/vote`, { value: 1 }), 404, "NOT_FOUND");
    refused(await client.delete(`/api/comments/${others.id}`), 404, "NOT_FOUND");
    refused(
      await client.post(`/api/posts/${post.id}/comments`, { body: "x", parentId: others.id }),
      404,
      "NOT_FOUND",
    );
  }
  expect(view(thread, await asPerson(cem).get(`/api/posts/${post.id}/comments`)).items).toHaveLength(2);
});

test("a person blocked by a post's author can still delete their own comments there, and sees none of it", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  const question = await askQuestion(ann);
  const [answer, comment] = [await answerTo(ben, question.id), await writeComment(ben, question.id)];
  const below = await writeComment(ben, (await answerTo(ann, question.id)).id);
  const cems = await writeComment(cem, question.id);
  await setRelation(ann, "block", ben);
  const client = asPerson(ben);
  refused(await client.get(`/api/posts/${question.id}/comments`), 404, "NOT_FOUND");
  refused(await client.delete(`/api/comments/${cems.id}`), 404, "NOT_FOUND");
  for (const path of [
    `/api/comments/${comment.id}`,
    `/api/comments/${below.id}`,
    `/api/posts/${answer.id}`,
  ]) {
    expect((await client.delete(path)).status, path).toBe(204);
    refused(await client.delete(path), 410, "GONE");
  }
  const seen = view(thread, await asPerson(cem).get(`/api/posts/${question.id}/comments`));
  expect(seen.items.map(({ id, body }) => [id, body])).toEqual([
    [comment.id, null],
    [cems.id, cems.body],
  ]);
  refused(await client.get(`/api/posts/${question.id}`), 404, "NOT_FOUND");
});

test("a muted person's comments are hidden from the muter alone", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  await writeComment(ben, post.id);
  await setRelation(ann, "mute", ben);
  expect(view(thread, await asPerson(ann).get(`/api/posts/${post.id}/comments`)).items).toEqual([]);
  expect(view(thread, await asPerson(ben).get(`/api/posts/${post.id}/comments`)).items).toHaveLength(1);
});

test.each(["id", "authorId", "path", "createdAt", "deletedAt", "postId"])(
  "mass assignment: a new comment cannot set its %s",
  async (field) => {
    const ann = await newPerson("Ann");
    const post = await writePost(ann);
    const body = { body: "x", [field]: randomUUID() };
    refused(await asPerson(ann).post(`/api/posts/${post.id}/comments`, body), 400, "VALIDATION_FAILED");
  },
);

test("client ids are unique per author, so two authors can use the same one (R2)", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  const clientId = randomUUID();
  const one = await writeComment(ann, post.id, { clientId });
  const other = await writeComment(ben, post.id, { clientId });
  expect(other.id).not.toBe(one.id);
});
