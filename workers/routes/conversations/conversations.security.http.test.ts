import { expect, test } from "vitest";
import { setRelation } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, nobody } from "../../../bench/testing/api-clients.ts";
import {
  newGroup,
  newPair,
  openConversation,
  readAll,
  readConversation,
  sendMessage,
  textsOf,
  trySendMessage,
} from "../../../bench/testing/conversation-actions.ts";
import { delivered, refused, view } from "../../../bench/testing/response-assertions.ts";
import { conversationSchema } from "../../../db/views/conversation.view.ts";

test("after a block neither side can open a conversation with the other, and the error does not reveal the block", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await setRelation(ann, "block", ben);
  const open = (participantIds: string[]) => ({ participantIds });
  refused(await asPerson(ben).post("/api/conversations", open([ann.id])), 404, "NOT_FOUND");
  refused(await asPerson(ann).post("/api/conversations", open([ben.id])), 403, "FORBIDDEN");
  const cem = await newPerson("Cem");
  refused(await asPerson(ben).post("/api/conversations", open([cem.id, ann.id])), 404, "NOT_FOUND");
});

test("neither side of a block can add the other to a group", async () => {
  const { people, id } = await newGroup(["Ann", "Ben"]);
  const [ann] = people;
  if (!ann) throw new Error("fixture has no people");
  const [blocked, blocker] = [await newPerson("Blocked"), await newPerson("Blocker")];
  await setRelation(ann, "block", blocked);
  await setRelation(blocker, "block", ann);
  const add = (who: string) => asPerson(ann).post(`/api/conversations/${id}/participants`, { ids: [who] });
  refused(await add(blocked.id), 403, "FORBIDDEN");
  refused(await add(blocker.id), 404, "NOT_FOUND");
});

test("a block in a direct conversation keeps its messages and sets canSend to false until it ends", async () => {
  const { ann, ben, id } = await newPair();
  await sendMessage(ann, id, "before");
  await setRelation(ann, "block", ben);
  await delivered();
  for (const person of [ann, ben]) {
    expect((await readConversation(person, id)).viewer.canSend).toBe(false);
    refused(await trySendMessage(person, id, "after"), 403, "FORBIDDEN");
    expect(textsOf(await readAll(person, id))).toEqual(["before"]);
  }
  await setRelation(ann, "block", ben, false);
  await delivered();
  await sendMessage(ben, id, "again");
  expect((await readConversation(ben, id)).viewer.canSend).toBe(true);
});

test("a removed member finds the conversation neither in the list nor by id nor by its messages", async () => {
  const { people, id } = await newGroup(["Ann", "Ben"]);
  const [ann, ben] = people;
  if (!ann || !ben) throw new Error("fixture has too few people");
  await sendMessage(ann, id, "secret plans");
  const client = asPerson(ben);
  expect((await asPerson(ann).delete(`/api/conversations/${id}/participants/${ben.id}`)).status).toBe(204);
  await delivered();
  expect(Object((await client.get("/api/conversations")).body).items).toEqual([]);
  for (const end of ["", "/messages", "/events"])
    refused(await client.get(`/api/conversations/${id}${end}`), 404, "NOT_FOUND");
  refused(await trySendMessage(ben, id, "hello?"), 404, "NOT_FOUND");
  refused(await client.post(`/api/conversations/${id}/read`, { seq: 1 }), 404, "NOT_FOUND");
  const found = await client.get("/api/messages/search?q=secret");
  expect(found.body).toEqual({ items: [], nextCursor: null });
});

test("a conversation of others and an unknown one get the same response", async () => {
  const { id } = await newPair();
  const stranger = asPerson(await newPerson("Stranger"));
  const paths = (which: string) => [
    ["GET", `/api/conversations/${which}`],
    ["GET", `/api/conversations/${which}/messages`],
    ["PATCH", `/api/conversations/${which}`, { name: "x" }],
    ["PUT", `/api/conversations/${which}/request`, { accept: true }],
  ];
  const responsesFor = async (which: string) => {
    const responses: unknown[] = [];
    for (const [method, path, body] of paths(which)) {
      const answer = await stranger.raw(String(method), String(path), body && JSON.stringify(body));
      responses.push([answer.status, Object(answer.body).error?.code, Object(answer.body).error?.message]);
    }
    return responses;
  };
  expect(await responsesFor(id)).toEqual(await responsesFor(crypto.randomUUID()));
});

test("members are shown as everyone sees them: no e-mail, no session, no birth date", async () => {
  const { ann, id } = await newPair();
  const answer = await asPerson(ann).get(`/api/conversations/${id}`);
  view(conversationSchema, answer);
  expect(answer.text).not.toMatch(/@example\.com|birth|token|session|pair_key|created_by/i);
});

test("every request needs a session, and a claimed account does not replace it", async () => {
  const { ann, id } = await newPair();
  const headers = { "X-Plaza-Account": ann.id };
  for (const path of ["/api/conversations", `/api/conversations/${id}`, `/api/conversations/${id}/messages`])
    refused(await nobody().get(path, { headers }), 401, "UNAUTHENTICATED");
  const stranger = asPerson(await newPerson("Stranger"));
  refused(await stranger.get(`/api/conversations/${id}/messages`, { headers }), 401, "SESSION_EXPIRED");
  expect(Object((await stranger.get("/api/conversations", { headers })).body).items).toEqual([]);
});

test("a stranger can send three messages before the request is answered", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const { id } = await openConversation(ann, [ben]);
  for (const body of ["1", "2", "3"]) await sendMessage(ann, id, body);
  refused(await trySendMessage(ann, id, "4"), 403, "FORBIDDEN");
  expect(textsOf(await readAll(ann, id))).toEqual(["1", "2", "3"]);
  // The recipient has to accept the request before writing.
  refused(await trySendMessage(ben, id, "yes?"), 403, "FORBIDDEN");
});

test("S sensitive flows: new conversations with strangers are limited per day; followers are not strangers", async () => {
  const ann = await newPerson("Ann");
  const strangers = await Promise.all(Array.from({ length: 51 }, () => newPerson("Stranger")));
  const open = (id: string | undefined) => asPerson(ann).post("/api/conversations", { participantIds: [id] });
  for (const { id } of strangers.slice(0, 50)) expect((await open(id)).status).toBe(201);
  const last = strangers[50];
  const stopped = await open(last?.id);
  refused(stopped, 429, "RATE_LIMITED");
  expect(Number(stopped.headers.get("retry-after"))).toBeGreaterThan(60);
  // Existing conversations open, and so do conversations with followers.
  expect((await open(strangers[0]?.id)).status).toBe(200);
  const friend = await newPerson("Friend");
  await setRelation(friend, "follow", ann);
  expect((await open(friend.id)).status).toBe(201);
});
