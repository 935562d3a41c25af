import { expect, test } from "vitest";
import { z } from "zod";
import { setRelation, writePost } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, nobody, type Person } from "../../../bench/testing/api-clients.ts";
import { pageOf, view } from "../../../bench/testing/response-assertions.ts";
import { postViewSchema } from "../../../db/views/post.view.ts";

const feed = pageOf(postViewSchema).extend({ newCount: z.int(), newSince: z.string() });
const idsFor = async (viewer: Person, name: string) => {
  const answer = await asPerson(viewer).get(`/api/feeds/${name}?limit=100`);
  return view(feed, answer).items.map(({ id }) => id);
};

test("no feed shows a post across a block, in either direction", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const [anns, bens] = [await writePost(ann), await writePost(ben)];
  await setRelation(ann, "block", ben);
  expect(await idsFor(ann, "latest")).not.toContain(bens.id);
  expect(await idsFor(ben, "latest")).not.toContain(anns.id);
});

test("no feed shows a muted person's posts or counts them as new, even when the viewer follows them", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await setRelation(ann, "follow", ben);
  await setRelation(ann, "mute", ben);
  const { newSince } = view(feed, await asPerson(ann).get("/api/feeds/following"));
  const post = await writePost(ben);
  expect(await idsFor(ann, "latest")).not.toContain(post.id);
  expect(await idsFor(ann, "following")).toEqual([]);
  expect(view(feed, await asPerson(ann).get(`/api/feeds/following?since=${newSince}`)).newCount).toBe(0);
});

test("the cached page for signed-out readers has no viewer state", async () => {
  const ann = await newPerson("Ann");
  await writePost(ann);
  await asPerson(ann).get("/api/feeds/latest");
  for (let i = 0; i < 2; i += 1) {
    const { items } = view(feed, await nobody().get("/api/feeds/latest"));
    expect(items.every((post) => post.viewer === null)).toBe(true);
  }
});

test("the cached page for signed-out readers does not show a deleted post", async () => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann);
  const ids = async () => view(feed, await nobody().get("/api/feeds/latest")).items.map(({ id }) => id);
  await ids();
  await asPerson(ann).delete(`/api/posts/${post.id}`);
  await expect.poll(ids, { timeout: 2_000 }).not.toContain(post.id);
});

test("responses to signed-in viewers are not cacheable", async () => {
  const ann = asPerson(await newPerson("Ann"));
  for (const path of [
    "/api/feeds/following",
    "/api/feeds/latest",
    "/api/me",
    "/api/notifications",
    "/api/events/poll",
  ]) {
    const { headers } = await ann.get(path);
    expect(headers.get("cache-control"), path).toMatch(/no-store|private/);
  }
});
