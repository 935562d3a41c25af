import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { answerTo, askQuestion, vote, writePost } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, nobody, serviceRows } from "../../../bench/testing/api-clients.ts";
import { pageOf, readAllPages, view } from "../../../bench/testing/response-assertions.ts";
import { postViewSchema } from "../../../db/views/post.view.ts";

const NO_COUNTS = { upvotes: 0, downvotes: 0, score: 0, comments: 0, answers: 0 };

test("the response to a new post equals every later read", async () => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann, { body: "  Hello <b>you</b> & 'you' \n\n ė 🌍  " });
  expect(post).toMatchObject({
    kind: "post",
    title: null,
    body: "Hello <b>you</b> & 'you' \n\n ė 🌍",
    question: null,
    author: { id: ann.id, handle: ann.handle, name: "Ann" },
    viewer: { vote: 0 },
  });
  expect(post.counts).toMatchObject(NO_COUNTS);
  expect(view(postViewSchema, await asPerson(ann).get(`/api/posts/${post.id}`))).toEqual(post);
  expect(view(postViewSchema, await nobody().get(`/api/posts/${post.id}`))).toEqual({
    ...post,
    viewer: null,
  });
});

test("a question lists its answers, the best first, and counts them (R15)", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  const question = await askQuestion(ann, "Why is rain wet?");
  expect(question).toMatchObject({ kind: "question", title: "Why is rain wet?" });
  const first = await answerTo(ben, question.id, "Because of water.");
  const second = await answerTo(cem, question.id, "It is not.");
  expect(first).toMatchObject({ kind: "answer", question: { id: question.id, title: question.title } });
  await vote(ann, "posts", second.id, 1);
  await vote(ann, "posts", first.id, -1);
  const answers = view(pageOf(postViewSchema), await nobody().get(`/api/posts/${question.id}/answers`));
  expect(answers.items.map(({ id, counts }) => [id, counts.score])).toEqual([
    [second.id, 1],
    [first.id, -1],
  ]);
  expect(view(postViewSchema, await nobody().get(`/api/posts/${question.id}`)).counts.answers).toBe(2);
});

test("answers with equal scores are paged without gaps or duplicates", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const question = await askQuestion(ann);
  const answers = [];
  for (let i = 0; i < 5; i += 1) answers.push(await answerTo(ben, question.id, `Answer ${i}`));
  const seen = await readAllPages(nobody().get, `/api/posts/${question.id}/answers`, postViewSchema);
  expect(seen.map(({ id }) => id)).toEqual(answers.map(({ id }) => id));
});

test("a vote is set, changed and removed; the same vote again changes nothing (R15)", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const { id } = await writePost(ann);
  expect(await vote(ben, "posts", id, 1)).toMatchObject({ value: 1, upvotes: 1, downvotes: 0, score: 1 });
  const again = await vote(ben, "posts", id, 1);
  const turned = await vote(ben, "posts", id, -1);
  expect(turned).toMatchObject({ value: -1, upvotes: 0, downvotes: 1, score: -1 });
  expect(turned.version).toBe(again.version + 1);
  expect(await vote(ben, "posts", id, 0)).toMatchObject({ value: 0, upvotes: 0, downvotes: 0, score: 0 });
  expect((await vote(ben, "posts", id, 0)).version).toBe(turned.version + 1);
});

test("concurrent votes are all counted (R15)", async () => {
  const ann = await newPerson("Ann");
  const { id } = await writePost(ann);
  const voters = await Promise.all(Array.from({ length: 20 }, (_, i) => newPerson(`Voter ${i}`)));
  await Promise.all(voters.map((voter, i) => vote(voter, "posts", id, i % 4 === 0 ? -1 : 1)));
  const { counts } = view(postViewSchema, await nobody().get(`/api/posts/${id}`));
  expect(counts).toMatchObject({ upvotes: 15, downvotes: 5, score: 10, version: 20 });
});

test("the same post sent twice, sequentially or concurrently, is one post with one response (R2)", async () => {
  const ann = await newPerson("Ann");
  const send = (key: string, body: string) =>
    asPerson(ann).post("/api/posts", { kind: "post", body }, { headers: { "Idempotency-Key": key } });
  const key = randomUUID();
  const first = view(postViewSchema, await send(key, "once"), 201);
  expect(view(postViewSchema, await send(key, "once"), 201)).toEqual(first);
  const other = randomUUID();
  const both = await Promise.all([send(other, "at once"), send(other, "at once"), send(other, "at once")]);
  expect(new Set(both.map((answer) => view(postViewSchema, answer, 201).id)).size).toBe(1);
  expect(await serviceRows("select from posts where author_id = $1", [ann.id])).toHaveLength(2);
});

test("a deleted post is removed from reads, lists and counts; deleting it again gets GONE", async () => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann);
  expect((await asPerson(ann).delete(`/api/posts/${post.id}`)).status).toBe(204);
  expect((await nobody().get(`/api/posts/${post.id}`)).status).toBe(410);
  expect((await asPerson(ann).delete(`/api/posts/${post.id}`)).status).toBe(410);
  expect(view(pageOf(postViewSchema), await nobody().get(`/api/profiles/${ann.handle}/posts`)).items).toEqual(
    [],
  );
});

test("deleting twice with one key, as a retry does, gets the same response (R2)", async () => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann);
  const headers = { "Idempotency-Key": randomUUID() };
  for (let i = 0; i < 2; i += 1) {
    expect((await asPerson(ann).delete(`/api/posts/${post.id}`, undefined, { headers })).status).toBe(204);
  }
});
