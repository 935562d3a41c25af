import { expect, test } from "vitest";
import { setRelation, vote, writeComment, writePost } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, type Person } from "../../../bench/testing/api-clients.ts";
import { pageOf, view } from "../../../bench/testing/response-assertions.ts";
import { notificationViewSchema, unreadViewSchema } from "../../../db/views/notification.view.ts";

const read = async (person: Person) =>
  view(pageOf(notificationViewSchema), await asPerson(person).get("/api/notifications")).items;
const unread = async (person: Person) =>
  view(unreadViewSchema, await asPerson(person).get("/api/notifications/unread-count")).unread;

test("another account's notifications cannot be read, listed or marked", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await setRelation(ben, "follow", ann);
  const [notification] = await read(ann);
  const answer = await asPerson(ben).post("/api/notifications/read", { ids: [notification?.id] });
  expect(view(unreadViewSchema, answer).unread).toBe(0);
  expect(await read(ben)).toEqual([]);
  expect(await unread(ann)).toBe(1);
});

test("a block prevents new notifications between both sides and removes existing ones", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  const post = await writePost(cem);
  await setRelation(ben, "follow", ann);
  await setRelation(ann, "block", ben);
  expect(await read(ann)).toEqual([]);
  expect(await unread(ann)).toBe(0);
  // On a third person's post, and by a mention.
  await writeComment(ben, post.id, { body: `@${ann.handle} hello` });
  await writePost(ben, { body: `@${ann.handle}` });
  expect(await read(ann)).toEqual([]);
});

test("a muted person's actions create no notification for the muter, and earlier ones are hidden", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  await setRelation(ben, "follow", ann);
  await setRelation(ann, "mute", ben);
  await vote(ben, "posts", post.id, 1);
  await writeComment(ben, post.id, { body: `@${ann.handle}` });
  expect(await read(ann)).toEqual([]);
  expect(await unread(ann)).toBe(0);
});

test("a notification shows of its actor what everyone sees, and of its owner nothing", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await setRelation(ben, "follow", ann);
  const answer = await asPerson(ann).get("/api/notifications");
  expect(answer.text).not.toContain("@example.com");
  expect((await read(ann))[0]?.actor).toEqual({ id: ben.id, handle: ben.handle, name: ben.name });
});

test("markup in a name is escaped in the message", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("<img src=x onerror=alert(1)>")];
  await setRelation(ben, "follow", ann);
  const answer = await asPerson(ann).get("/api/notifications");
  expect(answer.headers.get("content-type")).toContain("application/json");
  expect((await read(ann))[0]?.message).toBe("<img src=x onerror=alert(1)> followed you");
});
