import { expect, test } from "vitest";
import { z } from "zod";
import { setRelation, writePost } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, nobody, serviceRows } from "../../../bench/testing/api-clients.ts";
import { pageOf, refused, view } from "../../../bench/testing/response-assertions.ts";
import { personViewSchema, profileViewSchema } from "../../../db/views/person.view.ts";
import { postViewSchema } from "../../../db/views/post.view.ts";

test("for a blocked person the blocker does not exist in profiles, lists, search and relations", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await writePost(ann);
  await setRelation(ann, "block", ben);
  const blocked = asPerson(ben);
  for (const list of ["", "/posts", "/followers", "/following"]) {
    refused(await blocked.get(`/api/profiles/${ann.handle}${list}`), 404, "NOT_FOUND");
  }
  for (const relation of ["follow", "block", "mute"]) {
    refused(await blocked.put(`/api/profiles/${ann.handle}/${relation}`), 404, "NOT_FOUND");
  }
  const found = await blocked.get(`/api/search/handles?prefix=${ann.handle}`);
  const byName = await blocked.get(`/api/search/people?q=${ann.handle}`);
  for (const answer of [found, byName])
    expect(view(z.object({ items: z.array(personViewSchema) }), answer).items).toEqual([]);
});

test("the blocker still sees the blocked profile, to unblock it, and none of its posts", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await writePost(ben);
  await setRelation(ann, "block", ben);
  const profile = view(profileViewSchema, await asPerson(ann).get(`/api/profiles/${ben.handle}`));
  expect(profile.viewer?.isBlocked).toBe(true);
  expect(
    view(pageOf(postViewSchema), await asPerson(ann).get(`/api/profiles/${ben.handle}/posts`)).items,
  ).toEqual([]);
});

test("a block removes the follows of both sides, and unblocking does not restore them", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await setRelation(ann, "follow", ben);
  await setRelation(ben, "follow", ann);
  expect(await setRelation(ann, "block", ben)).toMatchObject({
    isFollowing: false,
    followers: 0,
    following: 0,
  });
  expect(await setRelation(ann, "block", ben, false)).toMatchObject({
    isBlocked: false,
    isFollowing: false,
    followers: 0,
  });
});

test("a blocked person is also left out of others' follower lists", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  await setRelation(ann, "follow", cem);
  await setRelation(ben, "follow", cem);
  await setRelation(ann, "block", ben);
  const people = pageOf(personViewSchema);
  const idsFor = async (viewer: typeof ann | null) =>
    view(people, await asPerson(viewer).get(`/api/profiles/${cem.handle}/followers`)).items.map(
      ({ id }) => id,
    );
  expect(await idsFor(ann)).toEqual([ann.id]);
  expect(await idsFor(ben)).toEqual([ben.id]);
  expect(await idsFor(null)).toEqual([ben.id, ann.id]);
});

test("only the person who blocks or mutes can see it", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  await setRelation(ann, "mute", ben);
  const seen = view(profileViewSchema, await asPerson(ben).get(`/api/profiles/${ann.handle}`));
  expect(seen.viewer).toEqual({
    isSelf: false,
    isFollowing: false,
    isFollowedBy: false,
    isBlocked: false,
    isMuted: false,
  });
  const strangers = view(profileViewSchema, await asPerson(cem).get(`/api/profiles/${ben.handle}`));
  expect(strangers.viewer).toMatchObject({ isBlocked: false, isMuted: false });
});

test("a follow belongs to the account of the cookie; ids in the body are refused or ignored", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  await asPerson(ann).put(`/api/profiles/${ben.handle}/follow`, { followerId: cem.id });
  const rows = await serviceRows<{ follower_id: string }>(
    "select follower_id from user_follows where following_id = $1",
    [ben.id],
  );
  expect(rows).toEqual([{ follower_id: ann.id }]);
});

test("lists of people have no e-mail addresses, times or counts", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await setRelation(ben, "follow", ann);
  const answer = await nobody().get(`/api/profiles/${ann.handle}/followers`);
  view(pageOf(personViewSchema), answer);
  expect(answer.text).not.toContain("@example.com");
});
