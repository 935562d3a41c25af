import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { asPerson, serviceRows } from "../../../bench/testing/api-clients.ts";
import {
  newPair,
  readAll,
  sendMessage,
  textsOf,
  trySendMessage,
} from "../../../bench/testing/conversation-actions.ts";
import { refused } from "../../../bench/testing/response-assertions.ts";

const clientId = randomUUID();

test.each([
  ["no client id", { body: "x" }],
  ["an invalid client id", { clientId: "1", body: "x" }],
  ["no body", { clientId }],
  ["an empty body", { clientId, body: "" }],
  ["blanks only", { clientId, body: " \r\n\t " }],
  ["invisible characters only", { clientId, body: "\u200b\u200e" }],
  ["NUL only", { clientId, body: "\u0000" }],
  ["a body one too long", { clientId, body: "x".repeat(4_001) }],
  ["a number for a body", { clientId, body: 1 }],
  ["a reply to seq 0", { clientId, body: "x", replyTo: 0 }],
  ["a reply to a fractional seq", { clientId, body: "x", replyTo: 1.5 }],
  ["a reply to null", { clientId, body: "x", replyTo: null }],
  ["a seq of its own", { clientId, body: "x", seq: 1 }],
  ["a sender of its own", { clientId, body: "x", senderId: randomUUID() }],
  ["a time of its own", { clientId, body: "x", createdAt: "2020-01-01T00:00:00Z" }],
])("sending with %s is refused, and no message is stored", async (_what, body) => {
  const { ann, id } = await newPair();
  refused(await asPerson(ann).post(`/api/conversations/${id}/messages`, body), 400, "VALIDATION_FAILED");
  expect(await readAll(ann, id)).toEqual([]);
});

test("a body of the maximum length is accepted, whatever its characters", async () => {
  const { ann, ben, id } = await newPair();
  const bodies = [
    "€".repeat(4_000),
    "👩‍👩‍👧‍👦".repeat(300),
    "<script>alert(1)</script>",
    "'; drop table messages; --",
    "مرحبا\u202e x",
  ];
  for (const body of bodies) await sendMessage(ann, id, body);
  expect(textsOf(await readAll(ben, id))).toEqual(bodies);
});

test("characters that Postgres cannot store are removed or replaced by the room too: every reader gets the same text, now and later", async () => {
  const { ann, ben, id } = await newPair();
  await sendMessage(ann, id, "a\u0000b \ud800 c");
  expect(textsOf(await readAll(ben, id))).toEqual(["ab \ufffd c"]);
  await expect
    .poll(() => serviceRows("select content from messages where conversation_id = $1", [id]))
    .toEqual([{ content: "ab \ufffd c" }]);
});

test("R2: another body with the same client id is a conflict, and the first message is kept", async () => {
  const { ann, ben, id } = await newPair();
  const wish = { clientId: randomUUID() };
  await sendMessage(ann, id, "first", wish);
  refused(await trySendMessage(ann, id, "second", wish), 409, "CONFLICT");
  refused(await trySendMessage(ann, id, "first", { ...wish, replyTo: 1 }), 409, "CONFLICT");
  expect(textsOf(await readAll(ben, id))).toEqual(["first"]);
});

test("a reply to a seq that does not exist yet is refused", async () => {
  const { ann, id } = await newPair();
  refused(await trySendMessage(ann, id, "x", { replyTo: 1 }), 404, "NOT_FOUND");
  expect(await readAll(ann, id)).toEqual([]);
});

test("a read beyond the newest message moves the read pointer to the newest; invalid seqs are refused", async () => {
  const { ann, ben, id } = await newPair();
  await sendMessage(ann, id, "x");
  const read = (body: unknown) => asPerson(ben).post(`/api/conversations/${id}/read`, body);
  expect((await read({ seq: 1_000_000 })).status).toBe(204);
  for (const body of [{}, { seq: 0 }, { seq: -1 }, { seq: 1.5 }, { seq: "1" }, { seq: 1, userId: ann.id }])
    refused(await read(body), 400, "VALIDATION_FAILED");
});

test("invalid pages, positions and searches are refused", async () => {
  const { ann, id } = await newPair();
  const client = asPerson(ann);
  for (const query of ["before=0", "before=x", "before=-1", "limit=0", "limit=101", "before=1e99"])
    refused(await client.get(`/api/conversations/${id}/messages?${query}`), 400, "VALIDATION_FAILED");
  for (const after of ["x", ":", `${randomUUID()}:`, `${randomUUID()}:-1`, `${"x".repeat(99)}:1`])
    refused(await client.get(`/api/conversations/${id}/events?after=${after}`), 400, "VALIDATION_FAILED");
  for (const query of [
    "",
    "q=",
    "q=a",
    "q=%20%20a",
    `q=${"x".repeat(101)}`,
    "q=%00%00%00",
    "q=ab&limit=0",
    "q=ab&conversationId=x",
  ])
    refused(await client.get(`/api/messages/search?${query}`), 400, "VALIDATION_FAILED");
  refused(await client.get("/api/messages/search?q=ab&cursor=x"), 400, "BAD_CURSOR");
});

test("a search of operators and punctuation does not fail", async () => {
  const { ann, id } = await newPair();
  await sendMessage(ann, id, "some words");
  for (const q of ["&&", "!!", "((", "'\"", "a:*", "-words", ":* & |", "\\\\", "%_", "<->"]) {
    const answer = await asPerson(ann).get(`/api/messages/search?q=${encodeURIComponent(q)}`);
    expect(answer.status, `${q}: ${answer.text}`).toBe(200);
  }
});

test("a page before the first message, and of a conversation without messages, is empty", async () => {
  const { ann, id } = await newPair();
  const page = async (query: string) =>
    (await asPerson(ann).get(`/api/conversations/${id}/messages${query}`)).body;
  const empty = { items: [], nextCursor: null, quoted: [] };
  expect(await page("")).toEqual(empty);
  await sendMessage(ann, id, "x");
  expect(await page("?before=1")).toEqual(empty);
});

test.each([
  ["PATCH", "/messages/1", { body: " " }, 400, "VALIDATION_FAILED"],
  ["PATCH", "/messages/1", { body: "x".repeat(4_001) }, 400, "VALIDATION_FAILED"],
  ["PATCH", "/messages/1", { body: "x", senderId: randomUUID() }, 400, "VALIDATION_FAILED"],
  ["PATCH", "/messages/0", { body: "x" }, 400, "VALIDATION_FAILED"],
  ["PATCH", "/messages/one", { body: "x" }, 400, "VALIDATION_FAILED"],
  ["PATCH", "/messages/99", { body: "x" }, 404, "NOT_FOUND"],
  ["DELETE", "/messages/99", undefined, 404, "NOT_FOUND"],
  ["PUT", "/messages/1/reactions", { emoji: "no emoji", isOn: true }, 400, "VALIDATION_FAILED"],
  ["PUT", "/messages/1/reactions", { emoji: "👍👍", isOn: true }, 400, "VALIDATION_FAILED"],
  ["PUT", "/messages/1/reactions", { emoji: "👍", isOn: "yes" }, 400, "VALIDATION_FAILED"],
  ["PUT", "/messages/99/reactions", { emoji: "👍", isOn: true }, 404, "NOT_FOUND"],
])("%s %s with %j is refused, and the message does not change", async (method, end, body, status, code) => {
  const { ann, id } = await newPair();
  await sendMessage(ann, id, "first");
  const before = await readAll(ann, id);
  const sent = body === undefined ? undefined : JSON.stringify(body);
  refused(await asPerson(ann).raw(method, `/api/conversations/${id}${end}`, sent), status, code);
  expect(await readAll(ann, id)).toEqual(before);
});

test("a deleted message can be neither edited nor reacted to", async () => {
  const { ann, id } = await newPair();
  await sendMessage(ann, id, "first");
  const path = `/api/conversations/${id}/messages/1`;
  expect((await asPerson(ann).delete(path)).status).toBe(200);
  refused(await asPerson(ann).patch(path, { body: "x" }), 410, "GONE");
  refused(await asPerson(ann).put(`${path}/reactions`, { emoji: "👍", isOn: true }), 410, "GONE");
});
