import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { setRelation } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, nobody, serviceRows } from "../../../bench/testing/api-clients.ts";
import {
  inBrowser,
  messagesReceived,
  newGroup,
  newPair,
  openChat,
  readAll,
  readConversation,
  sendMessage,
  sendOverSocket,
  textsOf,
  trySendMessage,
  waitForMessage,
} from "../../../bench/testing/conversation-actions.ts";
import { delivered, pageOf, refused, view } from "../../../bench/testing/response-assertions.ts";
import { conversationTotalsSchema, foundMessageSchema } from "../../../db/views/conversation.view.ts";

test("in a group a block hides each side's messages from the other, in events, pages and search", async () => {
  const { people, id } = await newGroup(["Ann", "Ben", "Cem"]);
  const [ann, ben, cem] = people;
  if (!ann || !ben || !cem) throw new Error("fixture has too few people");
  await setRelation(ben, "block", cem);
  await delivered();
  const sockets = await Promise.all([ben, cem].map((person) => openChat(person, id)));
  await sendMessage(cem, id, "Cem speaks");
  await sendMessage(ben, id, "Ben speaks");
  await sendMessage(ann, id, "Ann speaks");
  for (const socket of sockets) await waitForMessage(socket, "Ann speaks");
  expect(sockets.map(messagesReceived)).toEqual([
    ["", "Ben speaks", "Ann speaks"],
    ["Cem speaks", "", "Ann speaks"],
  ]);
  expect(textsOf(await readAll(ben, id))).toEqual(["", "Ben speaks", "Ann speaks"]);
  expect(textsOf(await readAll(cem, id))).toEqual(["Cem speaks", "", "Ann speaks"]);
  expect(textsOf(await readAll(ann, id))).toEqual(["Cem speaks", "Ben speaks", "Ann speaks"]);
  const search = async (person: typeof ann) =>
    textsOf(
      view(pageOf(foundMessageSchema), await asPerson(person).get("/api/messages/search?q=speaks")).items,
    ).sort();
  await expect.poll(() => search(ann)).toEqual(["Ann speaks", "Ben speaks", "Cem speaks"]);
  expect(await search(ben)).toEqual(["Ann speaks", "Ben speaks"]);
  expect(await search(cem)).toEqual(["Ann speaks", "Cem speaks"]);
});

test("a stranger cannot search in another's conversation by its id", async () => {
  const { people, id } = await newGroup(["Ann", "Ben"]);
  const [ann] = people;
  if (!ann) throw new Error("fixture has no people");
  await sendMessage(ann, id, "Secret speech");
  const search = async (person: typeof ann) =>
    view(
      pageOf(foundMessageSchema),
      await asPerson(person).get(`/api/messages/search?q=secret&conversationId=${id}`),
    ).items;
  await expect.poll(async () => (await search(ann)).length).toBe(1);
  expect(await search(await newPerson("Stranger"))).toEqual([]);
  refused(await nobody().get(`/api/messages/search?q=secret&conversationId=${id}`), 401, "UNAUTHENTICATED");
});

test("a muted person's messages in a group are hidden from the muter alone and never unread", async () => {
  const { people, id } = await newGroup(["Ann", "Ben"]);
  const [ann, ben] = people;
  if (!ann || !ben) throw new Error("fixture has too few people");
  await setRelation(ben, "mute", ann);
  await delivered();
  const { unread } = await readConversation(ben, id);
  await sendMessage(ann, id, "into the void");
  expect(textsOf(await readAll(ben, id))).toEqual([""]);
  expect(textsOf(await readAll(ann, id))).toEqual(["into the void"]);
  expect((await readConversation(ben, id)).unread).toBe(unread);
  const totals = await asPerson(ben).get("/api/conversations/unread-count");
  expect(view(conversationTotalsSchema, totals).unread).toBe(unread);
});

test("a member who does not share receipts gets none, and their read pointer is not published", async () => {
  const { ann, ben, id } = await newPair();
  await serviceRows("update user_settings set shares_receipts = false where user_id = $1", [ben.id]);
  // Delivers the other rows of the outbox too.
  await nobody().post("/api/auth/sign-out", {});
  await delivered();
  const { seq } = await sendMessage(ann, id, "seen?");
  for (const person of [ann, ben]) await asPerson(person).post(`/api/conversations/${id}/read`, { seq });
  for (const [viewer, other] of [
    [ann, ben],
    [ben, ann],
  ] as const) {
    const shown = (await readConversation(viewer, id)).participants.find((each) => each.id === other.id);
    expect(shown).toMatchObject({ readSeq: null, readAt: null });
  }
});

test("nobody edits or deletes another's message by commands on a socket", async () => {
  const { ann, ben, id } = await newPair();
  const { seq } = await sendMessage(ann, id, "mine");
  const his = await openChat(ben, id);
  his.sendCommand({ type: "message.edit", ref: "e", seq, body: "yours" });
  his.sendCommand({ type: "message.delete", ref: "d", seq });
  const errors = await his.until(({ frames }) => {
    const found = frames.filter((frame) => frame.type === "room.error");
    return found.length === 2 && found;
  });
  expect(errors).toMatchObject([
    { code: "FORBIDDEN", ref: "e" },
    { code: "FORBIDDEN", ref: "d" },
  ]);
  expect(textsOf(await readAll(ann, id))).toEqual(["mine"]);
});

test("client ids are unique per sender, so two senders can use the same one", async () => {
  const { ann, ben, id } = await newPair();
  const clientId = randomUUID();
  const [one, other] = [
    await sendMessage(ann, id, "x", { clientId }),
    await sendMessage(ben, id, "x", { clientId }),
  ];
  expect(one.seq).not.toBe(other.seq);
});

test("sending and reading need a valid session of a member", async () => {
  const { ann, id } = await newPair();
  const send = { clientId: randomUUID(), body: "x" };
  const path = `/api/conversations/${id}/messages`;
  refused(await nobody().post(path, send), 401, "UNAUTHENTICATED");
  await sendMessage(ann, id, "known now");
  await serviceRows("delete from sessions where id = $1", [ann.sessionId]);
  await nobody().post("/api/auth/sign-out", {});
  await delivered();
  refused(await trySendMessage(ann, id, "after the end"), 401, "SESSION_EXPIRED");
  refused(await asPerson(ann).get(path, inBrowser(ann)), 401, "SESSION_EXPIRED");
});

test("S CSRF: sending and reading from another origin is refused", async () => {
  const { ann, id } = await newPair();
  const headers = { Origin: "https://evil.example" };
  const client = asPerson(ann);
  const send = { clientId: randomUUID(), body: "x" };
  refused(await client.post(`/api/conversations/${id}/messages`, send, { headers }), 403, "BAD_ORIGIN");
  refused(await client.post(`/api/conversations/${id}/read`, { seq: 1 }, { headers }), 403, "BAD_ORIGIN");
  expect(await readAll(ann, id)).toEqual([]);
});

test("a request for an unknown conversation creates no room", async () => {
  const ann = await newPerson("Ann");
  const id = randomUUID();
  refused(await trySendMessage(ann, id, "hello?"), 404, "NOT_FOUND");
  refused(await asPerson(ann).get(`/api/conversations/${id}/messages`), 404, "NOT_FOUND");
  refused(await asPerson(ann).get(`/api/conversations/${id}/events`), 404, "NOT_FOUND");
});

test("a removed member's socket receives nothing more, and later messages are not found", async () => {
  const { people, id } = await newGroup(["Ann", "Ben"]);
  const [ann, ben] = people;
  if (!ann || !ben) throw new Error("fixture has too few people");
  const socket = await openChat(ben, id);
  await sendOverSocket(socket, "while in");
  await asPerson(ann).delete(`/api/conversations/${id}/participants/${ben.id}`);
  await socket.closed;
  await sendMessage(ann, id, "after that");
  expect(messagesReceived(socket)).toEqual(["while in"]);
  for (const q of ["while", "after"]) {
    const answer = await asPerson(ben).get(`/api/messages/search?q=${q}`);
    expect(answer.body).toEqual({ items: [], nextCursor: null });
  }
});

test("over HTTP nobody edits or deletes another's message, and nobody reacts across a block", async () => {
  const { ann, ben, id } = await newPair();
  await sendMessage(ann, id, "Ann's");
  const path = `/api/conversations/${id}/messages/1`;
  refused(await asPerson(ben).patch(path, { body: "Ben's" }), 403, "FORBIDDEN");
  refused(await asPerson(ben).delete(path), 403, "FORBIDDEN");
  const like = (person: typeof ann) => asPerson(person).put(`${path}/reactions`, { emoji: "👍", isOn: true });
  await setRelation(ann, "block", ben);
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
  expect(textsOf(await readAll(ben, id))).toEqual(["Ann's"]);
});

test("a page that names another account than the cookie's cannot send as the cookie's account", async () => {
  const { ann, ben, id } = await newPair();
  const body = { clientId: randomUUID(), body: "Ann's comment" };
  const path = `/api/conversations/${id}`;
  const refusals = [
    await asPerson(ben).post(`${path}/messages`, body, inBrowser(ann)),
    await asPerson(ben).post(`${path}/read`, { seq: 1 }, inBrowser(ann)),
    await asPerson(ben).get(`${path}/messages`, inBrowser(ann)),
  ];
  for (const answer of refusals) refused(answer, 401, "SESSION_EXPIRED");
  expect(await readAll(ann, id)).toEqual([]);
  // With the right account: the same message, stored once.
  expect((await asPerson(ann).post(`${path}/messages`, body, inBrowser(ann))).status).toBe(201);
});
