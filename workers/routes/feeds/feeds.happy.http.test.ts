import { expect, test } from "vitest";
import { z } from "zod";
import { setRelation, vote, writePost } from "../../../bench/testing/api-actions.ts";
import { type Answer, asPerson, newPerson } from "../../../bench/testing/api-clients.ts";
import { pageOf, readAllPages, roundTrips, view } from "../../../bench/testing/response-assertions.ts";
import { postViewSchema } from "../../../db/views/post.view.ts";

const feed = pageOf(postViewSchema).extend({ newCount: z.int(), newSince: z.string() });
const read = (answer: Answer) => view(feed, answer);

test("the following feed has the posts of followed people and the viewer's own, newest first, with the viewer's votes (P1)", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  await setRelation(ann, "follow", ben);
  const [bens, , own] = [await writePost(ben), await writePost(cem), await writePost(ann)];
  await vote(ann, "posts", bens.id, 1);
  const answer = await asPerson(ann).get("/api/feeds/following");
  expect(read(answer).items.map(({ id, viewer }) => [id, viewer?.vote])).toEqual([
    [own.id, 0],
    [bens.id, 1],
  ]);
  expect(roundTrips(answer)).toBe(1);
});

test("pages join without gaps or duplicates while new posts are created", async () => {
  const ann = await newPerson("Ann");
  const posts = [];
  for (let i = 0; i < 5; i += 1) posts.push(await writePost(ann));
  const seen = await readAllPages(asPerson(ann).get, "/api/feeds/following", postViewSchema, {
    meanwhile: () => writePost(ann, { body: "meanwhile" }),
  });
  expect(seen.map(({ id }) => id)).toEqual(posts.map(({ id }) => id).reverse());
});

test("newCount is the number of others' posts since the mark, and counts from zero with the new mark", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await setRelation(ann, "follow", ben);
  const count = async (since: string) =>
    read(await asPerson(ann).get(`/api/feeds/following?limit=1&since=${since}`));
  const empty = read(await asPerson(ann).get("/api/feeds/following"));
  expect(empty).toMatchObject({ items: [], nextCursor: null, newCount: 0 });
  await writePost(ben);
  await writePost(ben);
  await writePost(ann);
  const grown = await count(empty.newSince);
  expect(grown.newCount).toBe(2);
  expect((await count(grown.newSince)).newCount).toBe(0);
});

test("the latest feed shows a new post to signed-in readers at once", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  const { items } = read(await asPerson(ben).get("/api/feeds/latest?limit=100"));
  expect(items.map(({ id }) => id)).toContain(post.id);
});
