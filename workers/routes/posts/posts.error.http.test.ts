import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { answerTo, askQuestion, vote, writePost } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, serviceRows } from "../../../bench/testing/api-clients.ts";
import { refused, view } from "../../../bench/testing/response-assertions.ts";
import { postViewSchema } from "../../../db/views/post.view.ts";

const id = randomUUID();
test.each([
  ["no kind", { body: "x" }],
  ["an unknown kind", { kind: "reel", body: "x" }],
  ["no body", { kind: "post" }],
  ["an empty body", { kind: "post", body: " \n " }],
  ["a body one too long", { kind: "post", body: "x".repeat(20_001) }],
  ["NUL", { kind: "post", body: "a\u0000b" }],
  ["half a surrogate pair", { kind: "post", body: "\udc00" }],
  ["a post with a title", { kind: "post", title: "T", body: "x" }],
  ["a question without a title", { kind: "question", body: "x" }],
  ["a title one too long", { kind: "question", title: "t".repeat(201), body: "x" }],
  ["an answer without a question", { kind: "answer", body: "x" }],
  ["a post that names a question", { kind: "post", body: "x", questionId: id }],
  ["an invalid question id", { kind: "answer", body: "x", questionId: "7" }],
  ["a body that is a list", { kind: "post", body: ["x"] }],
  ["an unknown field", { kind: "post", body: "x", authorId: id }],
])("%s is refused, and nothing is written", async (_what, body) => {
  const ann = await newPerson("Ann");
  refused(await asPerson(ann).post("/api/posts", body), 400, "VALIDATION_FAILED");
  expect(await serviceRows("select from posts where author_id = $1", [ann.id])).toEqual([]);
});

test("title and body of the maximum length are accepted, whatever their size in bytes", async () => {
  const ann = await newPerson("Ann");
  await askQuestion(ann, "ė".repeat(200));
  // An emoji counts twice in JavaScript and once in Postgres; both limits hold.
  await writePost(ann, { body: "🌍".repeat(10_000) });
  await writePost(ann, { body: "€".repeat(20_000) });
});

test("a text that mentions thirty people is accepted; the first twenty mentions count", async () => {
  const ann = await newPerson("Ann");
  const body = Array.from({ length: 30 }, (_, i) => `@someone_${i}`).join(" ");
  await writePost(ann, { body });
});

test("an answer needs an existing question", async () => {
  const ann = await newPerson("Ann");
  const client = asPerson(ann);
  const post = await writePost(ann);
  const question = await askQuestion(ann);
  const send = (questionId: string) => client.post("/api/posts", { kind: "answer", body: "x", questionId });
  refused(await send(randomUUID()), 404, "NOT_FOUND");
  refused(await send(post.id), 409, "CONFLICT");
  await client.delete(`/api/posts/${question.id}`);
  refused(await send(question.id), 410, "GONE");
});

test.each([2, -2, 0.5, "1", null, true])("a vote of %j is refused", async (value) => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann);
  refused(await asPerson(ann).put(`/api/posts/${post.id}/vote`, { value }), 400, "VALIDATION_FAILED");
});

test("a vote, comment or answer to a deleted post gets 410, to an unknown one 404", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  await vote(ben, "posts", post.id, 1);
  await asPerson(ann).delete(`/api/posts/${post.id}`);
  for (const [there, status, code] of [
    [post.id, 410, "GONE"],
    [randomUUID(), 404, "NOT_FOUND"],
  ] as const) {
    refused(await asPerson(ben).get(`/api/posts/${there}`), status, code);
    refused(await asPerson(ben).get(`/api/posts/${there}/comments`), status, code);
    refused(await asPerson(ben).get(`/api/posts/${there}/answers`), status, code);
    for (const value of [-1, 0, 1])
      refused(await asPerson(ben).put(`/api/posts/${there}/vote`, { value }), status, code);
    refused(await asPerson(ben).post(`/api/posts/${there}/comments`, { body: "x" }), status, code);
  }
  expect(await serviceRows("select upvotes from post_stats where post_id = $1", [post.id])).toEqual([
    { upvotes: 1 },
  ]);
});

test("a key used for one request is refused for another, which is not carried out (R2)", async () => {
  const ann = await newPerson("Ann");
  const headers = { "Idempotency-Key": randomUUID() };
  const send = (body: string) => asPerson(ann).post("/api/posts", { kind: "post", body }, { headers });
  view(postViewSchema, await send("one"), 201);
  refused(await send("another"), 409, "IDEMPOTENCY_CONFLICT");
  expect(await serviceRows("select from posts where author_id = $1", [ann.id])).toHaveLength(1);
});

test("a refused request does not use up its key", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const question = await askQuestion(ann);
  await asPerson(ann).put(`/api/profiles/${ben.handle}/block`);
  const headers = { "Idempotency-Key": randomUUID() };
  const send = () =>
    asPerson(ben).post("/api/posts", { kind: "answer", body: "x", questionId: question.id }, { headers });
  refused(await send(), 404, "NOT_FOUND");
  await asPerson(ann).delete(`/api/profiles/${ben.handle}/block`);
  view(postViewSchema, await send(), 201);
});

test.each(["short", "k".repeat(129), "with space", "semi;colon", ""])(
  "Idempotency-Key %j is refused",
  async (key) => {
    const ann = asPerson(await newPerson("Ann"));
    const answer = await ann.post(
      "/api/posts",
      { kind: "post", body: "x" },
      { headers: { "Idempotency-Key": key } },
    );
    refused(answer, 400, "VALIDATION_FAILED");
  },
);

test("an invalid id is refused without a lookup", async () => {
  const ann = asPerson(await newPerson("Ann"));
  for (const bad of ["1", "null", "%27%20or%201=1", `${randomUUID()}x`]) {
    refused(await ann.get(`/api/posts/${bad}`), 400, "VALIDATION_FAILED");
    refused(await ann.delete(`/api/posts/${bad}`), 400, "VALIDATION_FAILED");
  }
});

test("a deleted answer disappears from its question and from the count (R15)", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const question = await askQuestion(ann);
  const answer = await answerTo(ben, question.id);
  await asPerson(ben).delete(`/api/posts/${answer.id}`);
  expect(view(postViewSchema, await asPerson(ann).get(`/api/posts/${question.id}`)).counts.answers).toBe(0);
});
