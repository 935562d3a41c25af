import { expect, test } from "vitest";
import { setRelation, writeComment, writePost } from "../../../bench/testing/api-actions.ts";
import { newPerson, serviceRows, sessionCookie } from "../../../bench/testing/api-clients.ts";
import { delivered, refused } from "../../../bench/testing/response-assertions.ts";
import { openSocket, postRoom, refusedUpgrade, USER_ROOM } from "../../../bench/testing/sockets.ts";

test.each([
  ["a foreign", "https://evil.example"],
  ["no", null],
  ["the null", "null"],
  ["a look-alike", "http://localhost.evil.example"],
])("S sockets: an upgrade with %s Origin is refused, with and without a session", async (_what, origin) => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann);
  refused(await refusedUpgrade(ann, USER_ROOM, { origin }), 403, "BAD_ORIGIN");
  for (const person of [ann, null])
    refused(await refusedUpgrade(person, postRoom(post.id), { origin }), 403, "BAD_ORIGIN");
});

test("without a session there is no user room; with an expired or forged one no room at all", async () => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann);
  refused(await refusedUpgrade(null, USER_ROOM), 401, "UNAUTHENTICATED");
  const expired = await newPerson("Ben");
  await serviceRows("update sessions set expires_at = now() - interval '1 s' where id = $1", [
    expired.sessionId,
  ]);
  const forged = { cookie: sessionCookie("some-token", "a secret that is not Plaza's") };
  for (const person of [expired, forged]) {
    for (const path of [USER_ROOM, postRoom(post.id)]) {
      const answer = await refusedUpgrade(person, path);
      refused(answer, 401, "SESSION_EXPIRED");
      expect(answer.headers.get("set-cookie")).toMatch(/plaza\.session_token=;.*Max-Age=0/i);
    }
  }
});

test("identity headers of the client are ignored", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  const headers = {
    "x-plaza-user-id": ben.id,
    "x-plaza-session-id": ben.sessionId,
    "x-plaza-viewer-id": ben.id,
    "x-partykit-room": ben.id,
  };
  refused(await refusedUpgrade(null, USER_ROOM, { headers }), 401, "UNAUTHENTICATED");
  const socket = await openSocket(ann, USER_ROOM, { headers });
  await setRelation(cem, "follow", ben);
  await setRelation(cem, "follow", ann);
  await socket.waitFor("follow.changed");
  await delivered();
  expect(socket.received("follow.changed").map((each) => Object(each).followingId)).toEqual([ann.id]);
});

test("a block refuses both sides a socket in each other's post rooms", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const [anns, bens] = [await writePost(ann), await writePost(ben)];
  await setRelation(ann, "block", ben);
  refused(await refusedUpgrade(ben, postRoom(anns.id)), 404, "NOT_FOUND");
  refused(await refusedUpgrade(ann, postRoom(bens.id)), 404, "NOT_FOUND");
});

test("a blocked or muted person's comments on a third person's post are not received, live or after a gap", async () => {
  const [ann, ben, cem, dan] = await Promise.all(["Ann", "Ben", "Cem", "Dan"].map((name) => newPerson(name)));
  if (!ann || !ben || !cem || !dan) throw new Error("fixture has too few people");
  const post = await writePost(dan);
  await setRelation(ann, "block", ben);
  await setRelation(ann, "mute", cem);
  const [anns, bens, cems] = await Promise.all(
    [ann, ben, cem].map((person) => openSocket(person, postRoom(post.id))),
  );
  if (!anns || !bens || !cems) throw new Error("fixture has too few sockets");
  const { epoch, seq } = await anns.frame("room.welcome");
  for (const person of [ben, cem, ann, dan])
    await writeComment(person, post.id, { body: `by ${person.name}` });
  const authors = (socket: typeof anns) =>
    socket.received("comment.created").map((each) => Object(each).author?.name);
  for (const socket of [anns, bens, cems]) await socket.until((each) => authors(each).includes("Dan"));
  expect(authors(anns)).toEqual(["Ann", "Dan"]);
  expect(authors(bens)).toEqual(["Ben", "Cem", "Dan"]);
  // A mute affects the muter only.
  expect(authors(cems)).toEqual(["Ben", "Cem", "Ann", "Dan"]);
  const back = await openSocket(ann, `${postRoom(post.id)}?epoch=${epoch}&seq=${seq}`);
  await back.frame("room.gap");
  expect(authors(back)).toEqual(["Ann", "Dan"]);
});

test("events show of a person what everyone sees: no e-mail, no session, no block", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  const [own, open] = [await openSocket(ann, USER_ROOM), await openSocket(null, postRoom(post.id))];
  await writeComment(ben, post.id);
  await setRelation(ben, "follow", ann);
  await own.waitFor("follow.changed");
  await open.waitFor("comment.created");
  for (const { frames } of [own, open]) {
    expect(JSON.stringify(frames)).not.toMatch(/@example\.com|birth|token|sessionId|"actor_id"|deleted_at/);
  }
});
