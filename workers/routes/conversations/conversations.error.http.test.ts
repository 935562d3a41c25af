import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { setRelation } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, serviceRows } from "../../../bench/testing/api-clients.ts";
import {
  newGroup,
  newPair,
  openConversation,
  readConversation,
} from "../../../bench/testing/conversation-actions.ts";
import { refused } from "../../../bench/testing/response-assertions.ts";

const conversationsOf = (userId: string) =>
  serviceRows("select from conversation_participants where user_id = $1", [userId]);

test.each([
  ["nobody", { participantIds: [] }],
  ["no list", {}],
  ["an invalid id", { participantIds: ["ben"] }],
  ["a null", { participantIds: [null] }],
  ["too many people", { participantIds: Array.from({ length: 100 }, () => randomUUID()) }],
  ["an empty name", { participantIds: [randomUUID()], name: "  " }],
  ["a name one too long", { participantIds: [randomUUID()], name: "x".repeat(81) }],
  ["a null name", { participantIds: [randomUUID()], name: null }],
  ["NUL in the name", { participantIds: [randomUUID()], name: "a\u0000" }],
  ["half a surrogate pair", { participantIds: [randomUUID()], name: "\ud800" }],
  ["an unknown field", { participantIds: [randomUUID()], kind: "group" }],
])("creating a conversation with %s is refused, and nothing is written", async (_what, body) => {
  const ann = await newPerson("Ann");
  refused(await asPerson(ann).post("/api/conversations", body), 400, "VALIDATION_FAILED");
  expect(await conversationsOf(ann.id)).toEqual([]);
});

test("a conversation with oneself or with unknown people is refused", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const open = (participantIds: string[], name?: string) =>
    asPerson(ann).post("/api/conversations", { participantIds, ...(name ? { name } : {}) });
  refused(await open([ann.id]), 400, "VALIDATION_FAILED");
  refused(await open([randomUUID()]), 404, "NOT_FOUND");
  refused(await open([ben.id, randomUUID()], "Two"), 404, "NOT_FOUND");
  expect(await conversationsOf(ann.id)).toEqual([]);
});

test("a direct conversation accepts no name, no further members and no roles", async () => {
  const { ann, ben, id } = await newPair();
  const cem = await newPerson("Cem");
  const client = asPerson(ann);
  const path = `/api/conversations/${id}`;
  refused(await client.patch(path, { name: "Us" }), 409, "CONFLICT");
  refused(await client.post(`${path}/participants`, { ids: [cem.id] }), 409, "CONFLICT");
  refused(await client.delete(`${path}/participants/${ben.id}`), 409, "CONFLICT");
  refused(await client.put(`${path}/participants/${ben.id}/role`, { role: "admin" }), 409, "CONFLICT");
  refused(await asPerson(ben).put(`${path}/request`, { accept: false }), 409, "CONFLICT");
});

test("a group keeps at least one admin, and only members who accepted can get a role", async () => {
  const { people, id } = await newGroup(["Ann", "Ben"]);
  const [ann] = people;
  if (!ann) throw new Error("fixture has no people");
  const asked = await newPerson("Asked");
  const path = `/api/conversations/${id}/participants`;
  const client = asPerson(ann);
  expect((await client.post(path, { ids: [asked.id] })).status).toBe(200);
  refused(await client.put(`${path}/${ann.id}/role`, { role: "member" }), 409, "CONFLICT");
  refused(await client.put(`${path}/${asked.id}/role`, { role: "admin" }), 409, "CONFLICT");
  refused(await client.put(`${path}/${randomUUID()}/role`, { role: "admin" }), 404, "NOT_FOUND");
  refused(await client.delete(`${path}/${randomUUID()}`), 404, "NOT_FOUND");
  refused(await client.post(path, { ids: [randomUUID()] }), 404, "NOT_FOUND");
});

test.each([
  ["PATCH", "", [{}, { name: "" }, { name: 1 }, { name: "x".repeat(81) }, { name: "x", version: 1 }]],
  ["PUT", "/silence", [{}, { isMuted: 1 }, { isMuted: "true" }, { isMuted: true, until: 1 }]],
  ["PUT", "/request", [{}, { accept: null }, { accept: true, state: "accepted" }]],
  ["POST", "/participants", [{}, { ids: [] }, { ids: ["x"] }, { ids: [randomUUID()], role: "admin" }]],
  [
    "PUT",
    `/participants/${randomUUID()}/role`,
    [{}, { role: "owner" }, { role: "admin", state: "accepted" }],
  ],
])("%s /api/conversations/{id}%s: invalid bodies are refused", async (method, end, bodies) => {
  const { people, id } = await newGroup(["Ann", "Ben"]);
  const [ann] = people;
  if (!ann) throw new Error("fixture has no people");
  // The notice of the group's creation has been stored.
  await expect.poll(async () => (await readConversation(ann, id)).lastSeq).toBe(1);
  const before = await readConversation(ann, id);
  for (const body of bodies) {
    const answer = await asPerson(ann).raw(method, `/api/conversations/${id}${end}`, JSON.stringify(body));
    refused(answer, 400, "VALIDATION_FAILED");
  }
  expect(await readConversation(ann, id)).toEqual(before);
});

test("invalid ids, states and cursors are refused", async () => {
  const ann = asPerson(await newPerson("Ann"));
  for (const path of [
    "/api/conversations/1",
    "/api/conversations?state=declined",
    "/api/conversations?limit=0",
    "/api/conversations?limit=101",
    "/api/conversations?limit=1e6",
  ])
    refused(await ann.get(path), 400, "VALIDATION_FAILED");
  refused(await ann.get("/api/conversations?cursor=x"), 400, "BAD_CURSOR");
  refused(await ann.get(`/api/conversations/${randomUUID()}`), 404, "NOT_FOUND");
});

test("a cursor of one list is refused by the other", async () => {
  const ann = await newPerson("Ann");
  for (const name of ["Ben", "Cem"]) {
    const other = await newPerson(name);
    await setRelation(other, "follow", ann);
    await openConversation(ann, [other]);
  }
  const { nextCursor } = Object((await asPerson(ann).get("/api/conversations?limit=1")).body);
  expect(nextCursor).toEqual(expect.any(String));
  refused(
    await asPerson(ann).get(`/api/conversations?state=requested&cursor=${nextCursor}`),
    400,
    "BAD_CURSOR",
  );
});
