import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { relate } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, nobody, serviceRows } from "../../../bench/testing/api-clients.ts";
import {
  inBrowser,
  messagesReceived,
  newGroup,
  newPair,
  openChat,
  readAll,
  readConversation,
  receiveMessages,
  say,
  saySo,
  trySaying,
  wordsOf,
} from "../../../bench/testing/conversation-actions.ts";
import { delivered, pageOf, refused, view } from "../../../bench/testing/response-assertions.ts";
import { conversationTotalsSchema, foundMessageSchema } from "../../../db/views/conversation.view.ts";

test("in a group a block leaves gaps where the other speaks, for both, live and read, and out of the search", async () => {
  const { people, id } = await newGroup(["Ann", "Ben", "Cem"]);
  const [ann, ben, cem] = people;
  if (!ann || !ben || !cem) throw new Error("people are missing");
  await relate(ben, "block", cem);
  await delivered();
  const sockets = await Promise.all([ben, cem].map((person) => openChat(person, id)));
  await say(cem, id, "Cem speaks");
  await say(ben, id, "Ben speaks");
  await say(ann, id, "Ann speaks");
  for (const socket of sockets) await receiveMessages(socket, "Ann speaks");
  expect(sockets.map(messagesReceived)).toEqual([
    ["", "Ben speaks", "Ann speaks"],
    ["Cem speaks", "", "Ann speaks"],
  ]);
  expect(wordsOf(await readAll(ben, id))).toEqual(["", "Ben speaks", "Ann speaks"]);
  expect(wordsOf(await readAll(cem, id))).toEqual(["Cem speaks", "", "Ann speaks"]);
  expect(wordsOf(await readAll(ann, id))).toEqual(["Cem speaks", "Ben speaks", "Ann speaks"]);
  const search = async (person: typeof ann) =>
    wordsOf(
      view(pageOf(foundMessageSchema), await asPerson(person).get("/api/messages/search?q=speaks")).items,
    ).sort();
  await expect.poll(() => search(ann)).toEqual(["Ann speaks", "Ben speaks", "Cem speaks"]);
  expect(await search(ben)).toEqual(["Ann speaks", "Ben speaks"]);
  expect(await search(cem)).toEqual(["Ann speaks", "Cem speaks"]);
});

test("a stranger cannot search another's conversation by naming it", async () => {
  const { people, id } = await newGroup(["Ann", "Ben"]);
  const [ann] = people;
  if (!ann) throw new Error("nobody there");
  await say(ann, id, "Secret speech");
  const search = async (person: typeof ann) =>
    view(
      pageOf(foundMessageSchema),
      await asPerson(person).get(`/api/messages/search?q=secret&conversationId=${id}`),
    ).items;
  await expect.poll(async () => (await search(ann)).length).toBe(1);
  expect(await search(await newPerson("Stranger"))).toEqual([]);
  refused(await nobody().get(`/api/messages/search?q=secret&conversationId=${id}`), 401, "UNAUTHENTICATED");
});

test("what a muted person says in a group is hidden from the muter alone and is never unread", async () => {
  const { people, id } = await newGroup(["Ann", "Ben"]);
  const [ann, ben] = people;
  if (!ann || !ben) throw new Error("people are missing");
  await relate(ben, "mute", ann);
  await delivered();
  const { unread } = await readConversation(ben, id);
  await say(ann, id, "into the void");
  expect(wordsOf(await readAll(ben, id))).toEqual([""]);
  expect(wordsOf(await readAll(ann, id))).toEqual(["into the void"]);
  expect((await readConversation(ben, id)).unread).toBe(unread);
  const totals = await asPerson(ben).get("/api/conversations/unread-count");
  expect(view(conversationTotalsSchema, totals).unread).toBe(unread);
});

test("who does not share receipts is shown none: reading stays between oneself and the room", async () => {
  const { ann, ben, id } = await newPair();
  await serviceRows("update user_settings set shares_receipts = false where user_id = $1", [ben.id]);
  // Whatever stands in the outbox is delivered along.
  await nobody().post("/api/auth/sign-out", {});
  await delivered();
  const { seq } = await say(ann, id, "seen?");
  for (const person of [ann, ben]) await asPerson(person).post(`/api/conversations/${id}/read`, { seq });
  for (const [viewer, other] of [
    [ann, ben],
    [ben, ann],
  ] as const) {
    const shown = (await readConversation(viewer, id)).participants.find((each) => each.id === other.id);
    expect(shown).toMatchObject({ readSeq: null, readAt: null });
  }
});

test("nobody changes or takes back another's words, in the room's own grammar", async () => {
  const { ann, ben, id } = await newPair();
  const { seq } = await say(ann, id, "mine");
  const his = await openChat(ben, id);
  his.say({ type: "message.edit", ref: "e", seq, body: "yours" });
  his.say({ type: "message.delete", ref: "d", seq });
  const errors = await his.until(({ frames }) => {
    const found = frames.filter((frame) => frame.type === "room.error");
    return found.length === 2 && found;
  });
  expect(errors).toMatchObject([
    { code: "FORBIDDEN", ref: "e" },
    { code: "FORBIDDEN", ref: "d" },
  ]);
  expect(wordsOf(await readAll(ann, id))).toEqual(["mine"]);
});

test("another's client id is free for me", async () => {
  const { ann, ben, id } = await newPair();
  const clientId = randomUUID();
  const [one, other] = [await say(ann, id, "x", { clientId }), await say(ben, id, "x", { clientId })];
  expect(one.seq).not.toBe(other.seq);
});

test("without a session, with a dead or with a foreign one, nothing is said or read", async () => {
  const { ann, id } = await newPair();
  const send = { clientId: randomUUID(), body: "x" };
  const path = `/api/conversations/${id}/messages`;
  refused(await nobody().post(path, send), 401, "UNAUTHENTICATED");
  await say(ann, id, "known now");
  await serviceRows("delete from sessions where id = $1", [ann.sessionId]);
  await nobody().post("/api/auth/sign-out", {});
  await delivered();
  refused(await trySaying(ann, id, "after the end"), 401, "SESSION_EXPIRED");
  refused(await asPerson(ann).get(path, inBrowser(ann)), 401, "SESSION_EXPIRED");
});

test("S CSRF: sending and reading from a foreign page is refused", async () => {
  const { ann, id } = await newPair();
  const headers = { Origin: "https://evil.example" };
  const client = asPerson(ann);
  const send = { clientId: randomUUID(), body: "x" };
  refused(await client.post(`/api/conversations/${id}/messages`, send, { headers }), 403, "BAD_ORIGIN");
  refused(await client.post(`/api/conversations/${id}/read`, { seq: 1 }, { headers }), 403, "BAD_ORIGIN");
  expect(await readAll(ann, id)).toEqual([]);
});

test("a room that nobody made is made by nobody's asking", async () => {
  const ann = await newPerson("Ann");
  const id = randomUUID();
  refused(await trySaying(ann, id, "hello?"), 404, "NOT_FOUND");
  refused(await asPerson(ann).get(`/api/conversations/${id}/messages`), 404, "NOT_FOUND");
  refused(await asPerson(ann).get(`/api/conversations/${id}/events`), 404, "NOT_FOUND");
});

test("a removed member's socket hears nothing more, and what was said afterwards is not found", async () => {
  const { people, id } = await newGroup(["Ann", "Ben"]);
  const [ann, ben] = people;
  if (!ann || !ben) throw new Error("people are missing");
  const socket = await openChat(ben, id);
  await saySo(socket, "while in");
  await asPerson(ann).delete(`/api/conversations/${id}/participants/${ben.id}`);
  await socket.closed;
  await say(ann, id, "after that");
  expect(messagesReceived(socket)).toEqual(["while in"]);
  for (const q of ["while", "after"]) {
    const answer = await asPerson(ben).get(`/api/messages/search?q=${q}`);
    expect(answer.body).toEqual({ items: [], nextCursor: null });
  }
});

test("over HTTP nobody changes or takes back another's words, and across a block nobody reacts", async () => {
  const { ann, ben, id } = await newPair();
  await say(ann, id, "Ann's");
  const path = `/api/conversations/${id}/messages/1`;
  refused(await asPerson(ben).patch(path, { body: "Ben's" }), 403, "FORBIDDEN");
  refused(await asPerson(ben).delete(path), 403, "FORBIDDEN");
  const like = (person: typeof ann) => asPerson(person).put(`${path}/reactions`, { emoji: "👍", isOn: true });
  await relate(ann, "block", ben);
  await delivered();
  refused(await like(ben), 403, "FORBIDDEN");
  refused(await asPerson(ann).patch(path, { body: "x" }), 403, "FORBIDDEN");
  const stranger = await newPerson("Stranger");
  for (const answer of [
    await asPerson(stranger).patch(path, { body: "x" }),
    await asPerson(stranger).delete(path),
    await like(stranger),
  ])
    refused(answer, 404, "NOT_FOUND");
  expect(wordsOf(await readAll(ben, id))).toEqual(["Ann's"]);
});

test("a page that takes somebody else to be signed in says nothing in the name of who is", async () => {
  const { ann, ben, id } = await newPair();
  const body = { clientId: randomUUID(), body: "Ann's words" };
  const path = `/api/conversations/${id}`;
  const refusals = [
    await asPerson(ben).post(`${path}/messages`, body, inBrowser(ann)),
    await asPerson(ben).post(`${path}/read`, { seq: 1 }, inBrowser(ann)),
    await asPerson(ben).get(`${path}/messages`, inBrowser(ann)),
  ];
  for (const answer of refusals) refused(answer, 401, "SESSION_EXPIRED");
  expect(await readAll(ann, id)).toEqual([]);
  // The one it was meant for: the same message, said once.
  expect((await asPerson(ann).post(`${path}/messages`, body, inBrowser(ann))).status).toBe(201);
});
