import { expect, test } from "vitest";
import { z } from "zod";
import { setRelation, writePost } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, nobody } from "../../../bench/testing/api-clients.ts";
import { pageOf, readAllPages, view } from "../../../bench/testing/response-assertions.ts";
import { personViewSchema, profileViewSchema, relationViewSchema } from "../../../db/views/person.view.ts";
import { postViewSchema } from "../../../db/views/post.view.ts";

const people = pageOf(personViewSchema);

test("a profile shows counts and the viewer's relation to the person", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await setRelation(ben, "follow", ann);
  await writePost(ann);
  const seen = view(profileViewSchema, await asPerson(ben).get(`/api/profiles/${ann.handle}`));
  expect(seen).toMatchObject({ id: ann.id, name: "Ann", stats: { followers: 1, following: 0, posts: 1 } });
  expect(seen.viewer).toEqual({
    isSelf: false,
    isFollowing: true,
    isFollowedBy: false,
    isBlocked: false,
    isMuted: false,
  });
  const own = view(profileViewSchema, await asPerson(ann).get(`/api/profiles/${ann.handle}`));
  expect(own.viewer).toEqual({
    isSelf: true,
    isFollowing: false,
    isFollowedBy: false,
    isBlocked: false,
    isMuted: false,
  });
  expect(view(profileViewSchema, await nobody().get(`/api/profiles/${ann.handle}`)).viewer).toBeNull();
});

test("handles are case-insensitive", async () => {
  const ann = await newPerson("Ann");
  const answer = await nobody().get(`/api/profiles/${ann.handle.toUpperCase()}`);
  expect(view(profileViewSchema, answer).id).toBe(ann.id);
});

test("each relation is set and removed, and repeating it changes nothing (R2, R15)", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const client = asPerson(ann);
  for (const [relation, field] of [
    ["follow", "isFollowing"],
    ["mute", "isMuted"],
    ["block", "isBlocked"],
  ] as const) {
    const path = `/api/profiles/${ben.handle}/${relation}`;
    const first = view(relationViewSchema, await client.put(path));
    expect(first[field], relation).toBe(true);
    expect(view(relationViewSchema, await client.put(path)), relation).toEqual(first);
    const undone = view(relationViewSchema, await client.delete(path));
    expect(undone[field], relation).toBe(false);
    expect(view(relationViewSchema, await client.delete(path)), relation).toEqual(undone);
    expect(undone.followers).toBe(0);
  }
});

test("mutual follows are counted on both sides (R15)", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await Promise.all([setRelation(ann, "follow", ben), setRelation(ben, "follow", ann)]);
  for (const person of [ann, ben]) {
    const { stats } = view(profileViewSchema, await nobody().get(`/api/profiles/${person.handle}`));
    expect(stats).toMatchObject({ followers: 1, following: 1 });
  }
});

test("followers are paged to the end, the latest first, without gaps or duplicates", async () => {
  const ann = await newPerson("Ann");
  const fans = await Promise.all(Array.from({ length: 5 }, (_, i) => newPerson(`Fan ${i}`)));
  for (const fan of fans) await setRelation(fan, "follow", ann);
  const seen = await readAllPages(nobody().get, `/api/profiles/${ann.handle}/followers`, personViewSchema);
  expect(seen.map(({ id }) => id)).toEqual(fans.map(({ id }) => id).reverse());
  const following = view(people, await asPerson(ann).get(`/api/profiles/${fans[0]?.handle}/following`));
  expect(following.items).toMatchObject([{ id: ann.id, viewer: { isSelf: true } }]);
});

test("a profile's posts, newest first", async () => {
  const ann = await newPerson("Ann");
  const first = await writePost(ann, { body: "one" });
  const second = await writePost(ann, { body: "two" });
  const page = view(pageOf(postViewSchema), await nobody().get(`/api/profiles/${ann.handle}/posts`));
  expect(page.items.map(({ id }) => id)).toEqual([second.id, first.id]);
});

test("the mention picker finds at most eight people by the beginning of the handle, followed people first", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await setRelation(ann, "follow", ben);
  const found = z.object({ items: z.array(personViewSchema) });
  const near = view(
    found,
    await asPerson(ann).get(`/api/search/handles?prefix=${ben.handle.slice(0, 6).toUpperCase()}`),
  );
  expect(near.items.map(({ id }) => id)).toContain(ben.id);
  const many = view(found, await asPerson(ann).get("/api/search/handles?prefix=p"));
  expect(many.items.length).toBeLessThanOrEqual(8);
  expect(many.items[0]?.id).toBe(ben.id);
});

test("people are found by a word of their name; an empty query returns the followed people", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Benas Žemaitis")];
  const found = async (q: string) =>
    view(
      z.object({ items: z.array(personViewSchema) }),
      await asPerson(ann).get(`/api/search/people?q=${encodeURIComponent(q)}`),
    ).items.map(({ id }) => id);
  expect(await found("zemait")).toContain(ben.id);
  expect(await found("")).toEqual([]);
  await setRelation(ann, "follow", ben);
  expect(await found("")).toEqual([ben.id]);
});

test("the sign-up form can check whether a handle is available", async () => {
  const shape = z.object({
    available: z.boolean(),
    reason: z.enum(["INVALID", "RESERVED", "TAKEN"]).optional(),
  });
  const ann = await newPerson("Ann");
  const ask = async (handle: string) => view(shape, await nobody().get(`/api/handles/${handle}`));
  expect(await ask(`free_${ann.handle.slice(0, 8)}`)).toEqual({ available: true });
  expect(await ask(ann.handle.toUpperCase())).toEqual({ available: false, reason: "TAKEN" });
  expect(await ask("Admin")).toEqual({ available: false, reason: "RESERVED" });
  expect(await ask("1x")).toEqual({ available: false, reason: "INVALID" });
});
