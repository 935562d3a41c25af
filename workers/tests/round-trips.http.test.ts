/** P1: a read needs at most one round trip to Postgres, a write one, an event none. */
import { expect, test } from "vitest";
import { askQuestion, setRelation, writeComment, writePost } from "../../bench/testing/api-actions.ts";
import { asPerson, newPerson, nobody, serviceRows } from "../../bench/testing/api-clients.ts";
import { inBrowser, newPair, sendMessage } from "../../bench/testing/conversation-actions.ts";
import { delivered, roundTrips } from "../../bench/testing/response-assertions.ts";
import { openSocket, postRoom, USER_ROOM } from "../../bench/testing/sockets.ts";

test("P1: every route that needs Postgres makes one round trip", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const [post, question] = [await writePost(ben), await askQuestion(ben)];
  const comment = await writeComment(ben, post.id);
  const mine = await writePost(ann);
  const client = asPerson(ann);
  const profile = `/api/profiles/${ben.handle}`;
  await serviceRows(
    "insert into account_capabilities (user_id, capability) values ($1, 'accounts.suspend')",
    [ann.id],
  );
  const reads = [
    "/api/session",
    "/api/me",
    profile,
    `${profile}/posts`,
    `${profile}/followers`,
    `${profile}/following`,
    `${profile}/suspension`,
    "/api/search/handles?prefix=p",
    "/api/search/people?q=p",
    "/api/feeds/latest",
    "/api/feeds/following",
    `/api/posts/${post.id}`,
    `/api/posts/${post.id}/comments`,
    `/api/posts/${question.id}/answers`,
    "/api/notifications",
    "/api/notifications/unread-count",
    "/api/events/poll",
    "/api/handles/some_handle",
    "/api/health",
  ];
  const counts = new Map<string, number>();
  for (const path of reads) counts.set(path, roundTrips(await client.get(path)));
  const writes: [string, string, unknown?][] = [
    ["PATCH", "/api/me", { name: "Ann B.", bio: "x", language: "lt" }],
    ["PUT", `${profile}/follow`],
    ["DELETE", `${profile}/follow`],
    ["PUT", `${profile}/mute`],
    ["DELETE", `${profile}/mute`],
    ["PUT", `/api/posts/${post.id}/vote`, { value: 1 }],
    ["PUT", `/api/comments/${comment.id}/vote`, { value: 1 }],
    ["POST", `/api/posts/${post.id}/comments`, { body: `@${ben.handle}`, parentId: comment.id }],
    ["POST", "/api/posts", { kind: "answer", body: `@${ben.handle}`, questionId: question.id }],
    ["POST", "/api/follows/status", { ids: [ben.id] }],
    ["POST", "/api/notifications/read", { all: true }],
    ["DELETE", `/api/posts/${mine.id}`],
    ["PUT", `${profile}/block`],
    ["DELETE", `${profile}/block`],
    ["PUT", `${profile}/suspension`, { isSuspended: true, reason: "Spam" }],
  ];
  for (const [method, path, body] of writes) {
    const answer = await client.raw(method, path, body === undefined ? undefined : JSON.stringify(body));
    expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300);
    counts.set(`${method} ${path}`, roundTrips(answer));
  }
  expect(Object.fromEntries(counts)).toEqual(Object.fromEntries([...counts.keys()].map((each) => [each, 1])));
});

test("P1: conversations need one round trip, and messages none once the session is verified", async () => {
  const { ann, ben, id } = await newPair();
  const client = asPerson(ann);
  const path = `/api/conversations/${id}`;
  await sendMessage(ben, id, "Hello");
  const { seq } = await sendMessage(ann, id, "My own");
  const [cem, dan] = [await newPerson("Cem"), await newPerson("Dan")];
  const group = Object(
    (await client.post("/api/conversations", { participantIds: [cem.id], name: "A group" })).body,
  ).id;
  const once: [string, string, unknown?][] = [
    ["GET", "/api/conversations"],
    ["GET", "/api/conversations?state=requested"],
    ["GET", path],
    ["GET", "/api/conversations/unread-count"],
    ["GET", "/api/messages/search?q=hello"],
    ["POST", "/api/conversations", { participantIds: [ben.id] }],
    ["POST", "/api/conversations", { participantIds: [ben.id, cem.id], name: "Another" }],
    ["PUT", `${path}/silence`, { isMuted: true }],
    ["PATCH", `/api/conversations/${group}`, { name: "New" }],
    ["POST", `/api/conversations/${group}/participants`, { ids: [dan.id] }],
    ["DELETE", `/api/conversations/${group}/participants/${dan.id}`],
    // The request names no account, so Postgres verifies the session in the same round trip.
    ["GET", `${path}/messages`],
    ["GET", `${path}/events`],
    ["POST", `${path}/read`, { seq: 1 }],
  ];
  const never: [string, string, unknown?][] = [
    ["GET", `${path}/messages`],
    ["GET", `${path}/messages?before=1`],
    ["GET", `${path}/events`],
    ["POST", `${path}/messages`, { clientId: crypto.randomUUID(), body: "Hi" }],
    ["PATCH", `${path}/messages/${seq}`, { body: "My own words" }],
    ["PUT", `${path}/messages/${seq}/reactions`, { emoji: "👍", isOn: true }],
    ["DELETE", `${path}/messages/${seq}`],
    ["POST", `${path}/read`, { seq: 1 }],
    ["GET", "/api/conversations/unread-count"],
    ["GET", "/api/events/poll"],
  ];
  const ask = async ([method, where, body]: [string, string, unknown?], extras = {}) => {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const answer = await client.raw(method, where, sent, extras);
    expect(answer.status, `${method} ${where}: ${answer.text}`).toBeLessThan(300);
    return [`${method} ${where}`, roundTrips(answer)] as const;
  };
  for (const each of once) expect(await ask(each)).toEqual([expect.any(String), 1]);
  for (const each of never) expect(await ask(each, inBrowser(ann))).toEqual([expect.any(String), 0]);
});

test("P1: a refusal by Postgres is one round trip, a refusal by middleware none", async () => {
  const ann = asPerson(await newPerson("Ann"));
  expect(roundTrips(await ann.get(`/api/posts/${crypto.randomUUID()}`))).toBe(1);
  expect(roundTrips(await ann.get("/api/feeds/latest?limit=0"))).toBe(0);
  expect(roundTrips(await nobody().get("/api/me"))).toBe(0);
});

test("P1: a retry with the same key is one round trip", async () => {
  const ann = asPerson(await newPerson("Ann"));
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  for (let i = 0; i < 2; i += 1) {
    expect(roundTrips(await ann.post("/api/posts", { kind: "post", body: "x" }, { headers }))).toBe(1);
  }
});

test("P1: the cached first page for signed-out readers needs no round trip", async () => {
  await nobody().get("/api/feeds/latest");
  await expect.poll(async () => roundTrips(await nobody().get("/api/feeds/latest"))).toBe(0);
});

test("P1: an event carries its data, so that no reader queries Postgres", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  const [own, open] = [await openSocket(ann, USER_ROOM), await openSocket(null, postRoom(post.id))];
  const comment = await writeComment(ben, post.id, { body: "All of it" });
  await setRelation(ben, "follow", ann);
  const [live] = await open.waitFor("comment.created");
  expect(live).toEqual({ ...comment, viewer: null });
  const [notification] = await own.waitFor("notification.created");
  expect(notification).toMatchObject({
    actor: { id: ben.id, name: "Ben" },
    detail: { excerpt: "All of it" },
  });
  await delivered();
});

test("P1: presence needs no round trip once the session is verified, nearby people one", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const client = asPerson(ann);
  const known = { headers: { "X-Plaza-Account": ann.id } };
  const ask = () => client.post("/api/presence/query", { ids: [ben.id] }, known);
  await expect.poll(async () => roundTrips(await ask())).toBe(0);
  const socket = await openSocket(ben, USER_ROOM);
  // A cell that no other test uses.
  const cell = { cell: "wx4g0" };
  await asPerson(ben).put("/api/nearby", cell);
  expect(roundTrips(await client.put("/api/nearby", cell, known))).toBe(1);
  expect(roundTrips(await client.get("/api/nearby", known))).toBe(1);
  await asPerson(ben).delete("/api/nearby");
  expect(roundTrips(await client.get("/api/nearby", known))).toBe(0);
  expect(roundTrips(await client.delete("/api/nearby", undefined, known))).toBe(0);
  expect(roundTrips(await client.get("/api/me/presence"))).toBe(1);
  expect(roundTrips(await client.patch("/api/me/presence", { audience: "nobody" }))).toBe(1);
  await socket.close();
});
