import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { answerTo, askQuestion, setRelation, vote, writePost } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, nobody, serviceRows } from "../../../bench/testing/api-clients.ts";
import { pageOf, refused, view } from "../../../bench/testing/response-assertions.ts";
import { postViewSchema } from "../../../db/views/post.view.ts";

test("writing, voting and deleting need a session", async () => {
  const post = await writePost(await newPerson("Ann"));
  refused(await nobody().post("/api/posts", { kind: "post", body: "x" }), 401, "UNAUTHENTICATED");
  refused(await nobody().put(`/api/posts/${post.id}/vote`, { value: 1 }), 401, "UNAUTHENTICATED");
  refused(await nobody().delete(`/api/posts/${post.id}`), 401, "UNAUTHENTICATED");
});

test("a stranger cannot delete another's post", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  refused(await asPerson(ben).delete(`/api/posts/${post.id}`), 403, "FORBIDDEN");
  expect(view(postViewSchema, await nobody().get(`/api/posts/${post.id}`)).id).toBe(post.id);
});

test.each(["id", "authorId", "author", "createdAt", "counts", "viewer", "deletedAt", "mentionedHandles"])(
  "mass assignment: a new post cannot set its %s",
  async (field) => {
    const ann = asPerson(await newPerson("Ann"));
    refused(
      await ann.post("/api/posts", { kind: "post", body: "x", [field]: randomUUID() }),
      400,
      "VALIDATION_FAILED",
    );
  },
);

test("a block works in both directions: reading, voting, answering and deleting get 404 for either side", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await setRelation(ann, "block", ben);
  for (const [author, other] of [
    [ann, ben],
    [ben, ann],
  ] as const) {
    const question = await askQuestion(author);
    const client = asPerson(other);
    refused(await client.get(`/api/posts/${question.id}`), 404, "NOT_FOUND");
    refused(await client.get(`/api/posts/${question.id}/answers`), 404, "NOT_FOUND");
    refused(await client.get(`/api/posts/${question.id}/comments`), 404, "NOT_FOUND");
    refused(await client.delete(`/api/posts/${question.id}`), 404, "NOT_FOUND");
    refused(await client.post(`/api/posts/${question.id}/comments`, { body: "x" }), 404, "NOT_FOUND");
    for (const value of [0, 1])
      refused(await client.put(`/api/posts/${question.id}/vote`, { value }), 404, "NOT_FOUND");
    refused(
      await client.post("/api/posts", { kind: "answer", body: "x", questionId: question.id }),
      404,
      "NOT_FOUND",
    );
  }
});

test("across a block a deleted post gets 404, not 410, so that its existence is not revealed", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  await setRelation(ann, "block", ben);
  await asPerson(ann).delete(`/api/posts/${post.id}`);
  refused(await asPerson(ben).get(`/api/posts/${post.id}`), 404, "NOT_FOUND");
});

test("an answer stays readable when a block hides its question, without the question's title", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  const question = await askQuestion(ann, "Ann's own words");
  const answer = await answerTo(cem, question.id);
  await setRelation(ann, "block", ben);
  const seen = await asPerson(ben).get(`/api/posts/${answer.id}`);
  expect(view(postViewSchema, seen).question).toBeNull();
  expect(seen.text).not.toContain("Ann's own words");
});

test("voters are not revealed: each viewer sees their own vote and the totals", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  const post = await writePost(ann);
  await vote(ben, "posts", post.id, 1);
  for (const [viewer, own] of [
    [ann, 0],
    [ben, 1],
    [cem, 0],
  ] as const) {
    const seen = await asPerson(viewer).get(`/api/posts/${post.id}`);
    expect(view(postViewSchema, seen).viewer).toEqual({ vote: own });
    expect(seen.text).not.toContain(ben.id);
  }
});

test("Idempotency-Keys are per account: two accounts can use the same one (R2)", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const headers = { "Idempotency-Key": randomUUID() };
  const body = { kind: "post", body: "same words" };
  const one = view(postViewSchema, await asPerson(ann).post("/api/posts", body, { headers }), 201);
  const other = view(postViewSchema, await asPerson(ben).post("/api/posts", body, { headers }), 201);
  expect(other.id).not.toBe(one.id);
  expect(other.author.id).toBe(ben.id);
});

test("SQL in a text is stored as text", async () => {
  const ann = await newPerson("Ann");
  const body = "'); drop table posts; -- $1 \\ %s {} @x'\"";
  expect((await writePost(ann, { body })).body).toBe(body);
  expect(
    view(pageOf(postViewSchema), await nobody().get(`/api/profiles/${ann.handle}/posts`)).items,
  ).toHaveLength(1);
  expect(await serviceRows("select from posts where author_id = $1", [ann.id])).toHaveLength(1);
});
