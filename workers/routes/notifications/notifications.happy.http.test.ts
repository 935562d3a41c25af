import { expect, test } from "vitest";
import {
  answerTo,
  askQuestion,
  setRelation,
  vote,
  writeComment,
  writePost,
} from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, type Person } from "../../../bench/testing/api-clients.ts";
import { pageOf, readAllPages, view } from "../../../bench/testing/response-assertions.ts";
import { notificationViewSchema, unreadViewSchema } from "../../../db/views/notification.view.ts";

const read = async (person: Person, query = "?limit=100") =>
  view(pageOf(notificationViewSchema), await asPerson(person).get(`/api/notifications${query}`));
const unread = async (person: Person) =>
  view(unreadViewSchema, await asPerson(person).get("/api/notifications/unread-count")).unread;

test("every action creates one notification for the person it concerns, of the most specific type (R7)", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann, { body: "Hello" });
  const question = await askQuestion(ann, "Why?");
  await setRelation(ben, "follow", ann);
  await vote(ben, "posts", post.id, 1);
  const comment = await writeComment(ben, post.id, { body: "Nice" });
  const mention = await writeComment(ben, post.id, { body: `@${ann.handle} look` });
  const anns = await writeComment(ann, post.id);
  const reply = await writeComment(ben, post.id, { body: "Yes", parentId: anns.id });
  const answer = await answerTo(ben, question.id);
  await vote(ann, "posts", answer.id, 1);
  await writeComment(ann, answer.id, { body: "Thanks" });
  const brief = async (person: Person) =>
    (await read(person)).items
      .map(({ type, entityId, actor }) => [type, entityId, actor?.id ?? null])
      .reverse();
  expect(await brief(ann)).toEqual([
    ["new_follower", ben.id, ben.id],
    ["post_upvote", post.id, ben.id],
    ["post_comment", comment.id, ben.id],
    ["mention", mention.id, ben.id],
    ["comment_reply", reply.id, ben.id],
    ["post_comment", answer.id, ben.id],
  ]);
  expect((await brief(ben)).map(([type]) => type)).toEqual([
    "badge_earned",
    "answer_upvote",
    "answer_comment",
  ]);
  expect(await unread(ann)).toBe(6);
});

test("repeating an action within the hour creates no second notification (R7)", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  for (let i = 0; i < 3; i += 1) {
    await vote(ben, "posts", post.id, 1);
    await vote(ben, "posts", post.id, 0);
    await setRelation(ben, "follow", ann);
    await setRelation(ben, "follow", ann, false);
  }
  expect((await read(ann)).items.map(({ type }) => type).sort()).toEqual(["new_follower", "post_upvote"]);
});

test("a person's own actions create no notification for them", async () => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann, { body: `I, @${ann.handle}` });
  await vote(ann, "posts", post.id, 1);
  const comment = await writeComment(ann, post.id);
  await writeComment(ann, post.id, { parentId: comment.id });
  expect((await read(ann)).items).toEqual([]);
});

test("the link leads to the comment, and the excerpt is cut", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  const comment = await writeComment(ben, post.id, { body: "word ".repeat(100) });
  const [notification] = (await read(ann)).items;
  expect(notification).toMatchObject({
    link: `/posts/${post.id}#comment-${comment.id}`,
    message: "Ben commented on your post",
    isRead: false,
  });
  expect(notification?.detail.excerpt?.length).toBeLessThanOrEqual(140);
});

test("marking some and then all as read lowers the unread count, and marking again changes nothing", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  for (let i = 0; i < 3; i += 1) await writeComment(ben, post.id, { body: `${i}` });
  const client = asPerson(ann);
  const { items } = await read(ann);
  const ids = [items[0]?.id];
  const one = view(unreadViewSchema, await client.post("/api/notifications/read", { ids }));
  expect(one.unread).toBe(2);
  expect(view(unreadViewSchema, await client.post("/api/notifications/read", { ids }))).toEqual(one);
  expect(view(unreadViewSchema, await client.post("/api/notifications/read", { all: true })).unread).toBe(0);
  expect((await read(ann)).items.every(({ isRead }) => isRead)).toBe(true);
});

test("pages reach the end without gaps or duplicates", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  for (let i = 0; i < 5; i += 1) await writeComment(ben, post.id, { body: `${i}` });
  const all = (await read(ann)).items.map(({ id }) => id);
  const seen = await readAllPages(asPerson(ann).get, "/api/notifications", notificationViewSchema);
  expect(seen.map(({ id }) => id)).toEqual(all);
});
