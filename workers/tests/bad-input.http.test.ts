/**
 * Requests that no correct client sends. Each is refused with its own code and changes no table: rows are
 * counted on a Plaza of its own, where no other test writes.
 */
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { type RunningPlaza, startPlaza } from "../../bench/harness/plaza.ts";
import { setRelation, vote, writeComment, writePost } from "../../bench/testing/api-actions.ts";
import {
  type Answer,
  asPerson,
  newPerson,
  type Person,
  serviceRows,
  type Target,
  TEST_SECRET,
} from "../../bench/testing/api-clients.ts";
import { openConversation } from "../../bench/testing/conversation-actions.ts";
import { countRows, delivered, refused } from "../../bench/testing/response-assertions.ts";
import { createIsolatedDatabase, type IsolatedDatabase } from "../../db/local/postgres/database.ts";

let database: IsolatedDatabase;
let plaza: RunningPlaza;
let at: Target;
let ann: Person;
let ben: Person;
let post: string;
let gone: string;
let comment: string;
let elsewhere: string;
let conversationId: string;

beforeAll(async () => {
  database = await createIsolatedDatabase(inject("server"));
  plaza = await startPlaza({ database, rateLimitFactor: 10_000, variables: { AUTH_SECRET: TEST_SECRET } });
  at = { url: plaza.url, database };
  [ann, ben] = [await newPerson("Ann", at), await newPerson("Ben", at)];
  post = (await writePost(ann, {}, at)).id;
  gone = (await writePost(ann, {}, at)).id;
  comment = (await writeComment(ann, post, {}, at)).id;
  elsewhere = (await writeComment(ann, (await writePost(ann, {}, at)).id, {}, at)).id;
  await vote(ben, "posts", gone, 1, at);
  conversationId = (await openConversation(ann, [ben], "A group", at)).id;
  // The notice of the group's creation is stored a moment later.
  await vi.waitUntil(async () => (await countRows(at)).messages === 1, { timeout: 15_000 });
  await asPerson(ann, at).delete(`/api/posts/${gone}`);
});
afterAll(async () => {
  await plaza?.stop();
  await database?.drop();
});

/** Sends a request that must be refused, and compares the row counts of all tables before and after. */
async function changesNothing(attempt: () => Promise<Answer>, status: number, code: string): Promise<Answer> {
  await delivered(at);
  const before = await countRows(at);
  const answer = await attempt();
  refused(answer, status, code);
  await delivered(at);
  expect(await countRows(at)).toEqual(before);
  return answer;
}

const valid = () => ({ kind: "post", body: "A post" });
const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
const writes: [string, string, () => string][] = [
  ["POST", "posts", () => "/api/posts"],
  ["POST", "comments", () => `/api/posts/${post}/comments`],
  ["PUT", "votes", () => `/api/posts/${post}/vote`],
  ["PATCH", "me", () => "/api/me"],
  ["POST", "marks", () => "/api/notifications/read"],
  ["POST", "follow status", () => "/api/follows/status"],
  ["POST", "conversations", () => "/api/conversations"],
  ["PATCH", "a conversation", () => `/api/conversations/${conversationId}`],
  ["POST", "participants", () => `/api/conversations/${conversationId}/participants`],
  ["PUT", "silence", () => `/api/conversations/${conversationId}/silence`],
  ["POST", "messages", () => `/api/conversations/${conversationId}/messages`],
  ["PATCH", "a message", () => `/api/conversations/${conversationId}/messages/1`],
  ["PUT", "reactions", () => `/api/conversations/${conversationId}/messages/1/reactions`],
  ["POST", "read", () => `/api/conversations/${conversationId}/read`],
  ["POST", "presence", () => "/api/presence/query"],
  ["PATCH", "presence settings", () => "/api/me/presence"],
  ["PUT", "a cell", () => "/api/nearby"],
];

test.each(writes)(
  "%s %s: bodies that are not JSON, not an object, or nested too deeply are refused",
  async (method, _what, path) => {
    const send = (body: string) => asPerson(ann, at).raw(method, path(), body);
    for (const body of ["{", '{"body":"x"', "", "\u0000", "{'body':'x'}", "undefined"]) {
      await changesNothing(() => send(body), 400, "MALFORMED_JSON");
    }
    for (const body of [
      "null",
      "[]",
      "7",
      '"x"',
      deep(1_000),
      `{"body":${deep(1_000)},"value":${deep(1_000)},"ids":${deep(1_000)},"seq":${deep(1_000)},"isMuted":${deep(1_000)},"name":${deep(1_000)}}`,
    ]) {
      await changesNothing(() => send(body), 400, "VALIDATION_FAILED");
    }
  },
);

test.each(writes)(
  "%s %s: a body of 1 MiB is refused by its size, with and without Content-Length",
  async (method, _what, path) => {
    const body = JSON.stringify({ body: "x".repeat(2 ** 20) });
    await changesNothing(() => asPerson(ann, at).raw(method, path(), body), 413, "BODY_TOO_LARGE");
  },
);

test("an endless chunked body is cut off at the limit (S: consumption)", async () => {
  const { hostname, port } = new URL(at.url);
  const answered = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const piece = `2000\r\n${"x".repeat(0x2000)}\r\n`;
    let received = "";
    socket.on("data", (data) => {
      received += data.toString();
      if (received.includes("\r\n\r\n")) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
    socket.write(
      `POST /api/posts HTTP/1.1\r\nHost: ${hostname}:${port}\r\nOrigin: ${at.url}\r\nCookie: ${ann.cookie}\r\n` +
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    // One chunk above 128 KiB and no end: the response must not wait for the end.
    socket.write(piece.repeat(17));
  });
  expect(answered).toMatch(/^HTTP\/1\.1 413/);
});

test.each([
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/jsonx",
  "text/json",
  "",
])(
  "a body of type %j, which another origin can send without a preflight request, is refused",
  async (type) => {
    const headers = { "Content-Type": type };
    await changesNothing(
      () => asPerson(ann, at).raw("POST", "/api/posts", JSON.stringify(valid()), { headers }),
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    );
  },
);

test.each([
  ["a foreign", "https://evil.example"],
  ["the null", "null"],
  ["no", null],
  ["an empty", ""],
  ["a look-alike", "http://localhost.evil.example"],
  ["another scheme's", "https://localhost"],
  ["another port's", "http://localhost:1"],
])(
  "S CSRF: every write with %s Origin and a cookie is refused, sign-in and sign-out too",
  async (_what, origin) => {
    const headers = { Origin: origin };
    const client = asPerson(ann, at);
    await changesNothing(() => client.post("/api/posts", valid(), { headers }), 403, "BAD_ORIGIN");
    await changesNothing(
      () => client.put(`/api/profiles/${ben.handle}/follow`, undefined, { headers }),
      403,
      "BAD_ORIGIN",
    );
    await changesNothing(
      () => client.delete(`/api/posts/${post}`, undefined, { headers }),
      403,
      "BAD_ORIGIN",
    );
    await changesNothing(() => client.patch("/api/me", { name: "x" }, { headers }), 403, "BAD_ORIGIN");
    await changesNothing(() => client.post("/api/auth/sign-out", {}, { headers }), 403, "BAD_ORIGIN");
    await changesNothing(() => client.post("/api/auth/change-password", {}, { headers }), 403, "BAD_ORIGIN");
  },
);

test("S CSRF: signing in from another origin is refused, without a cookie too", async () => {
  const headers = { Origin: "https://evil.example" };
  const answer = await asPerson(null, at).post(
    "/api/auth/sign-in/email",
    { email: ann.email, password: "x" },
    { headers },
  );
  refused(answer, 403, "BAD_ORIGIN");
  const preflight = await asPerson(null, at).raw("OPTIONS", "/api/posts", undefined, {
    headers: { ...headers, "Access-Control-Request-Method": "POST" },
  });
  expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
  expect(preflight.status).toBeGreaterThanOrEqual(400);
});

test("votes, comments and answers on deleted, unknown or mismatched targets are refused", async () => {
  const client = asPerson(ben, at);
  const answer = (questionId: string) => client.post("/api/posts", { kind: "answer", body: "x", questionId });
  await changesNothing(() => client.put(`/api/posts/${gone}/vote`, { value: -1 }), 410, "GONE");
  await changesNothing(() => client.put(`/api/posts/${gone}/vote`, { value: 0 }), 410, "GONE");
  await changesNothing(() => client.post(`/api/posts/${gone}/comments`, { body: "x" }), 410, "GONE");
  await changesNothing(() => answer(gone), 410, "GONE");
  await changesNothing(() => answer(post), 409, "CONFLICT");
  await changesNothing(() => answer(randomUUID()), 404, "NOT_FOUND");
  await changesNothing(
    () => client.post(`/api/posts/${post}/comments`, { body: "x", parentId: elsewhere }),
    404,
    "NOT_FOUND",
  );
  await changesNothing(() => client.put(`/api/profiles/${ben.handle}/follow`), 409, "CONFLICT");
  await changesNothing(() => client.delete(`/api/posts/${post}`), 403, "FORBIDDEN");
  await changesNothing(() => client.delete(`/api/comments/${comment}`), 403, "FORBIDDEN");
});

test("an unsupported method is refused with the supported ones in Allow", async () => {
  const client = asPerson(ann, at);
  for (const [method, path, allow] of [
    ["PUT", "/api/posts", "POST"],
    ["DELETE", "/api/me", "GET, HEAD, PATCH"],
    ["POST", "/api/feeds/latest", "GET, HEAD"],
    ["PATCH", `/api/posts/${post}`, "GET, HEAD, DELETE"],
    ["OPTIONS", `/api/posts/${post}/vote`, "PUT"],
    ["DELETE", "/api/auth/sign-out", "POST"],
    ["GET", "/api/auth/sign-in/email", "POST"],
  ] as const) {
    const answer = await changesNothing(() => client.raw(method, path), 405, "METHOD_NOT_ALLOWED");
    expect(answer.headers.get("allow"), `${method} ${path}`).toBe(allow);
  }
});

test("unknown addresses are not found", async () => {
  const client = asPerson(ann, at);
  for (const [method, path] of [
    ["GET", "/api/../api/none"],
    ["GET", "/api//me"],
    ["GET", "/api/posts/"],
    ["DELETE", "/api/none"],
    ["DELETE", "/api/auth/none"],
  ] as const) {
    await changesNothing(() => client.raw(method, path), 404, "NOT_FOUND");
  }
});

test("after a block every action on the other side's content gets 404 and changes nothing (R9)", async () => {
  const cem = await newPerson("Cem", at);
  const cems = (await writePost(cem, {}, at)).id;
  await setRelation(cem, "block", ben, true, at);
  for (const [actor, theirs, other] of [[ben, cems, cem]] as const) {
    const client = asPerson(actor, at);
    await changesNothing(() => client.put(`/api/posts/${theirs}/vote`, { value: 1 }), 404, "NOT_FOUND");
    await changesNothing(() => client.post(`/api/posts/${theirs}/comments`, { body: "x" }), 404, "NOT_FOUND");
    await changesNothing(() => client.put(`/api/profiles/${other.handle}/follow`), 404, "NOT_FOUND");
    await changesNothing(() => client.put(`/api/profiles/${other.handle}/block`), 404, "NOT_FOUND");
  }
});

test("a write with an ended session changes nothing, and its cookie is deleted", async () => {
  const ended = { cookie: "plaza.session_token=abc.def" };
  const answer = await changesNothing(
    () => asPerson(ended, at).post("/api/posts", valid()),
    401,
    "SESSION_EXPIRED",
  );
  expect(answer.headers.get("set-cookie")).toMatch(/plaza\.session_token=;.*Max-Age=0/i);
});

test("R2: a double submit, sequential or concurrent, is carried out once with the same response", async () => {
  const client = asPerson(ben, at);
  const requests: [string, string, unknown, number][] = [
    ["POST", "/api/posts", valid(), 201],
    ["POST", `/api/posts/${post}/comments`, { body: "x" }, 201],
    ["PUT", `/api/posts/${post}/vote`, { value: 1 }, 200],
    ["PUT", `/api/profiles/${ann.handle}/follow`, undefined, 200],
    ["PATCH", "/api/me", { bio: "x" }, 200],
    ["POST", "/api/notifications/read", { all: true }, 200],
    ["DELETE", `/api/profiles/${ann.handle}/follow`, undefined, 200],
  ];
  for (const [method, path, body, status] of requests) {
    const headers = { "Idempotency-Key": randomUUID() };
    const send = () =>
      client.raw(method, path, body === undefined ? undefined : JSON.stringify(body), { headers });
    const [first, second] = await Promise.all([send(), send()]);
    expect(first?.status, `${method} ${path}: ${first?.text}`).toBe(status);
    expect(second?.body).toEqual(first?.body);
    await delivered(at);
    const before = await countRows(at);
    expect((await send()).body).toEqual(first?.body);
    expect(await countRows(at)).toEqual(before);
  }
  const [row] = await serviceRows(
    "select count(*)::int as posts from posts where author_id = $1",
    [ben.id],
    at,
  );
  expect(row).toEqual({ posts: 1 });
});

test("R15: after all of this every cached count is exact, and no internal error was logged", async () => {
  const wrong = await serviceRows(
    `select s.post_id from post_stats s where
       s.upvotes <> (select count(*) from post_votes v where v.post_id = s.post_id and v.value = 1)
       or s.comments <> (select count(*) from comments c where c.post_id = s.post_id and c.deleted_at is null)
     union all select u.user_id from user_stats u where
       u.followers_count <> (select count(*) from user_follows f where f.following_id = u.user_id)
       or u.posts_count <> (select count(*) from posts p where p.author_id = u.user_id and p.kind <> 'answer' and p.deleted_at is null)`,
    [],
    at,
  );
  expect(wrong).toEqual([]);
  expect(plaza.logs.filter(({ message }) => message.includes('"INTERNAL"'))).toEqual([]);
});
