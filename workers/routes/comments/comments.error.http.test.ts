import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { writeComment, writePost } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, serviceRows } from "../../../bench/testing/api-clients.ts";
import { refused, view } from "../../../bench/testing/response-assertions.ts";
import { commentViewSchema } from "../../../db/views/comment.view.ts";

test.each([
  ["no body", {}],
  ["an empty body", { body: "\t" }],
  ["a body one too long", { body: "x".repeat(5_001) }],
  ["NUL", { body: "\u0000" }],
  ["an invalid parent id", { body: "x", parentId: "root" }],
  ["a null parent", { body: "x", parentId: null }],
  ["an invalid client id", { body: "x", clientId: "1" }],
  ["an unknown field", { body: "x", depth: 0 }],
])("%s is refused, and nothing is written", async (_what, body) => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann);
  refused(await asPerson(ann).post(`/api/posts/${post.id}/comments`, body), 400, "VALIDATION_FAILED");
  expect(await serviceRows("select from comments where post_id = $1", [post.id])).toEqual([]);
});

test("a body of the maximum length is accepted", async () => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann);
  await writeComment(ann, post.id, { body: "€".repeat(5_000) });
});

test("a parent comment of another post is not found", async () => {
  const ann = await newPerson("Ann");
  const [here, elsewhere] = [await writePost(ann), await writePost(ann)];
  const foreign = await writeComment(ann, elsewhere.id);
  const send = (parentId: string) =>
    asPerson(ann).post(`/api/posts/${here.id}/comments`, { body: "x", parentId });
  refused(await send(foreign.id), 404, "NOT_FOUND");
  refused(await send(randomUUID()), 404, "NOT_FOUND");
  expect(await serviceRows("select from comments where post_id = $1", [here.id])).toEqual([]);
});

test("a reply, vote or second deletion of a deleted comment gets 410, of an unknown one 404", async () => {
  const ann = await newPerson("Ann");
  const client = asPerson(ann);
  const post = await writePost(ann);
  const comment = await writeComment(ann, post.id);
  await client.delete(`/api/comments/${comment.id}`);
  for (const [id, status, code] of [
    [comment.id, 410, "GONE"],
    [randomUUID(), 404, "NOT_FOUND"],
  ] as const) {
    refused(await client.delete(`/api/comments/${id}`), status, code);
    for (const value of [0, 1])
      refused(await client.put(`/api/comments/${id}/vote`, { value }), status, code);
    refused(await client.post(`/api/posts/${post.id}/comments`, { body: "x", parentId: id }), status, code);
  }
});

test("a comment of a deleted post cannot be voted on, and its author can still delete it once", async () => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann);
  const comment = await writeComment(ann, post.id);
  await asPerson(ann).delete(`/api/posts/${post.id}`);
  refused(await asPerson(ann).put(`/api/comments/${comment.id}/vote`, { value: 1 }), 410, "GONE");
  expect((await asPerson(ann).delete(`/api/comments/${comment.id}`)).status).toBe(204);
  refused(await asPerson(ann).delete(`/api/comments/${comment.id}`), 410, "GONE");
});

test("another body with the same client id is a conflict, and the first comment is kept (R2)", async () => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann);
  const clientId = randomUUID();
  const first = await writeComment(ann, post.id, { body: "first", clientId });
  for (const key of [null, randomUUID()]) {
    const headers = { "Idempotency-Key": key };
    const answer = await asPerson(ann).post(
      `/api/posts/${post.id}/comments`,
      { body: "second", clientId },
      { headers },
    );
    expect(answer.status, answer.text).toBe(409);
  }
  const again = await asPerson(ann).get(`/api/posts/${post.id}/comments`);
  expect(
    Object(again.body).items.map((each: unknown) => view(commentViewSchema, { ...again, body: each })),
  ).toEqual([first]);
});
