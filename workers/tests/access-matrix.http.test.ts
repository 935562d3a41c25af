/**
 * Who may do what, route by route: S "broken object access". The rows are compared with the routes and rooms
 * of the running Worker; a route or room without a row fails the suite.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { askQuestion, setRelation, writeComment, writePost } from "../../bench/testing/api-actions.ts";
import {
  asPerson,
  newPerson,
  nobody,
  type Person,
  serviceRows,
  sessionCookie,
} from "../../bench/testing/api-clients.ts";
import {
  type ChatColumn,
  type ChatRow,
  type ConversationFixture,
  chatColumns,
  conversationRoomRow,
  conversationRows,
  createAccessFixture,
} from "../../bench/testing/conversation-access.ts";
import { openSocket, refusedUpgrade } from "../../bench/testing/sockets.ts";

/** The fixture of one cell: Ann owns everything; the actor's relation to her is the column. */
type Fixture = { ann: Person; post: string; question: string; comment: string; mail: string };
type Actor = Pick<Person, "cookie"> | null;
type Column = "owner" | "stranger" | "blocker" | "blocked" | "muted" | "anonymous" | "expired" | "foreign";
type Row = {
  path: (fixture: Fixture) => string;
  body?: (fixture: Fixture) => unknown;
  /**
   * Statuses by column; `expired` and `foreign` (a session that Plaza never signed) are 401 unless said
   * otherwise.
   */
  may: Record<Exclude<Column, "expired" | "foreign">, number> &
    Partial<Record<"expired" | "foreign", number>>;
};

const all = (status: number): Row["may"] => ({
  owner: status,
  stranger: status,
  blocker: status,
  blocked: status,
  muted: status,
  anonymous: status,
});
const OPEN = all(200);
/** Needs no session: an expired one is ignored, and a cookie with a wrong signature is deleted. */
const NO_SESSION_NEEDED: Row["may"] = { ...all(200), expired: 200 };
const SIGNED_IN: Row["may"] = { ...OPEN, anonymous: 401 };
/** Content of Ann: either side of a block gets 404. */
const HIDDEN: Row["may"] = { ...OPEN, blocker: 404, blocked: 404 };
/** Ann's profile: her blocker still sees it, to undo the block. */
const PROFILE: Row["may"] = { ...OPEN, blocked: 404 };
const OTHERS = (status: number, more: Partial<Row["may"]> = {}): Row["may"] => ({
  ...all(status),
  owner: 409,
  blocked: 404,
  anonymous: 401,
  ...more,
});
/** A new one each time, because guesses and mails are limited per address. */
const anEmail = () => `nobody_${crypto.randomUUID()}@example.com`;

const rows: Record<string, Row> = {
  "GET /api/session": { path: () => "/api/session", may: OPEN },
  "GET /api/me": { path: () => "/api/me", may: SIGNED_IN },
  "PATCH /api/me": { path: () => "/api/me", body: () => ({ bio: "x" }), may: SIGNED_IN },
  "GET /api/handles/{handle}": { path: () => "/api/handles/some_handle", may: NO_SESSION_NEEDED },
  "GET /api/search/handles": { path: () => "/api/search/handles?prefix=p", may: SIGNED_IN },
  "GET /api/search/people": { path: () => "/api/search/people?q=p", may: SIGNED_IN },
  "GET /api/profiles/{handle}": { path: ({ ann }) => `/api/profiles/${ann.handle}`, may: PROFILE },
  "GET /api/profiles/{handle}/posts": {
    path: ({ ann }) => `/api/profiles/${ann.handle}/posts`,
    may: PROFILE,
  },
  "GET /api/profiles/{handle}/followers": {
    path: ({ ann }) => `/api/profiles/${ann.handle}/followers`,
    may: PROFILE,
  },
  "GET /api/profiles/{handle}/following": {
    path: ({ ann }) => `/api/profiles/${ann.handle}/following`,
    may: PROFILE,
  },
  "PUT /api/profiles/{handle}/follow": {
    path: ({ ann }) => `/api/profiles/${ann.handle}/follow`,
    may: OTHERS(200, { blocker: 403 }),
  },
  "DELETE /api/profiles/{handle}/follow": {
    path: ({ ann }) => `/api/profiles/${ann.handle}/follow`,
    may: OTHERS(200),
  },
  "PUT /api/profiles/{handle}/block": {
    path: ({ ann }) => `/api/profiles/${ann.handle}/block`,
    may: OTHERS(200),
  },
  "DELETE /api/profiles/{handle}/block": {
    path: ({ ann }) => `/api/profiles/${ann.handle}/block`,
    may: OTHERS(200),
  },
  "PUT /api/profiles/{handle}/mute": {
    path: ({ ann }) => `/api/profiles/${ann.handle}/mute`,
    may: OTHERS(200),
  },
  "DELETE /api/profiles/{handle}/mute": {
    path: ({ ann }) => `/api/profiles/${ann.handle}/mute`,
    may: OTHERS(200),
  },
  "GET /api/profiles/{handle}/suspension": {
    path: ({ ann }) => `/api/profiles/${ann.handle}/suspension`,
    may: { ...all(403), anonymous: 401 },
  },
  "PUT /api/profiles/{handle}/suspension": {
    path: ({ ann }) => `/api/profiles/${ann.handle}/suspension`,
    body: () => ({ isSuspended: true, reason: "x" }),
    may: { ...all(403), anonymous: 401 },
  },
  "POST /api/follows/status": {
    path: () => "/api/follows/status",
    body: ({ ann }) => ({ ids: [ann.id] }),
    may: OPEN,
  },
  "POST /api/posts": {
    path: () => "/api/posts",
    body: ({ question }) => ({ kind: "answer", body: "x", questionId: question }),
    may: { ...all(201), blocker: 404, blocked: 404, anonymous: 401 },
  },
  "GET /api/posts/{id}": { path: ({ post }) => `/api/posts/${post}`, may: HIDDEN },
  "DELETE /api/posts/{id}": {
    path: ({ post }) => `/api/posts/${post}`,
    may: { owner: 204, stranger: 403, muted: 403, blocker: 404, blocked: 404, anonymous: 401 },
  },
  "GET /api/posts/{id}/answers": { path: ({ question }) => `/api/posts/${question}/answers`, may: HIDDEN },
  "PUT /api/posts/{id}/vote": {
    path: ({ post }) => `/api/posts/${post}/vote`,
    body: () => ({ value: 1 }),
    may: { ...HIDDEN, anonymous: 401 },
  },
  "GET /api/posts/{id}/comments": { path: ({ post }) => `/api/posts/${post}/comments`, may: HIDDEN },
  "POST /api/posts/{id}/comments": {
    path: ({ post }) => `/api/posts/${post}/comments`,
    body: ({ comment }) => ({ body: "x", parentId: comment }),
    may: { ...all(201), blocker: 404, blocked: 404, anonymous: 401 },
  },
  "DELETE /api/comments/{id}": {
    path: ({ comment }) => `/api/comments/${comment}`,
    may: { owner: 204, stranger: 403, muted: 403, blocker: 404, blocked: 404, anonymous: 401 },
  },
  "PUT /api/comments/{id}/vote": {
    path: ({ comment }) => `/api/comments/${comment}/vote`,
    body: () => ({ value: -1 }),
    may: { ...HIDDEN, anonymous: 401 },
  },
  "GET /api/feeds/following": { path: () => "/api/feeds/following", may: SIGNED_IN },
  "GET /api/feeds/latest": { path: () => "/api/feeds/latest", may: OPEN },
  "GET /api/notifications": { path: () => "/api/notifications", may: SIGNED_IN },
  "GET /api/notifications/unread-count": { path: () => "/api/notifications/unread-count", may: SIGNED_IN },
  "POST /api/notifications/read": {
    path: () => "/api/notifications/read",
    body: () => ({ all: true }),
    may: SIGNED_IN,
  },
  "GET /api/events/poll": { path: () => "/api/events/poll", may: SIGNED_IN },
  "POST /api/presence/query": {
    path: () => "/api/presence/query",
    body: ({ ann }) => ({ ids: [ann.id] }),
    may: SIGNED_IN,
  },
  "GET /api/me/presence": { path: () => "/api/me/presence", may: SIGNED_IN },
  "PATCH /api/me/presence": {
    path: () => "/api/me/presence",
    body: ({ ann }) => ({ chosen: [ann.id] }),
    may: SIGNED_IN,
  },
  "GET /api/nearby": { path: () => "/api/nearby", may: SIGNED_IN },
  "PUT /api/nearby": { path: () => "/api/nearby", body: () => ({ cell: "u4pru" }), may: SIGNED_IN },
  "DELETE /api/nearby": { path: () => "/api/nearby", may: SIGNED_IN },
  "GET /api/health": { path: () => "/api/health", may: NO_SESSION_NEEDED },
  "GET /api/openapi.json": { path: () => "/api/openapi.json", may: NO_SESSION_NEEDED },
  "GET /api/docs": { path: () => "/api/docs", may: NO_SESSION_NEEDED },
  "GET /api/dev/mailbox": { path: () => "/api/dev/mailbox", may: NO_SESSION_NEEDED },
  "GET /api/dev/mailbox/{id}": {
    path: ({ mail }) => `/api/dev/mailbox/${mail}`,
    may: { ...all(404), expired: 404 },
  },
  "POST /api/auth/sign-up/email": {
    path: () => "/api/auth/sign-up/email",
    body: () => ({}),
    may: { ...all(400), expired: 400, foreign: 400 },
  },
  "POST /api/auth/sign-in/email": {
    path: () => "/api/auth/sign-in/email",
    body: () => ({ email: anEmail(), password: "not a password" }),
    may: all(401),
  },
  "POST /api/auth/sign-out": {
    path: () => "/api/auth/sign-out",
    body: () => ({}),
    may: { ...OPEN, expired: 200, foreign: 200 },
  },
  "POST /api/auth/request-password-reset": {
    path: () => "/api/auth/request-password-reset",
    body: () => ({ email: anEmail() }),
    may: { ...OPEN, expired: 200, foreign: 200 },
  },
  "POST /api/auth/reset-password": {
    path: () => "/api/auth/reset-password",
    body: () => ({ newPassword: "a new password", token: "x" }),
    may: { ...all(400), expired: 400, foreign: 400 },
  },
  "POST /api/auth/send-verification-email": {
    path: () => "/api/auth/send-verification-email",
    body: () => ({ signUpId: crypto.randomUUID() }),
    may: { ...OPEN, expired: 200, foreign: 200 },
  },
  "POST /api/auth/verify-email": {
    path: () => "/api/auth/verify-email",
    body: () => ({ token: "x", password: "a password" }),
    may: { ...all(409), anonymous: 400, expired: 400, foreign: 400 },
  },
  "POST /api/auth/change-password": {
    path: () => "/api/auth/change-password",
    body: () => ({ currentPassword: "wrong", newPassword: "a new password" }),
    may: { ...all(400), anonymous: 401 },
  },
};

/** By Durable Object binding; 101 is an accepted socket. */
const rooms: Record<string, Row> = {
  UserRoom: { path: () => "/parties/user-room/me", may: { ...all(101), anonymous: 401 } },
  PostRoom: {
    path: ({ post }) => `/parties/post-room/${post}`,
    may: { ...all(101), blocker: 404, blocked: 404 },
  },
  /** Called by the Worker and by user rooms only. */
  PresenceRoom: { path: () => "/parties/presence-room/presence-0", may: { ...all(404), expired: 404 } },
  NearbyRoom: { path: () => "/parties/nearby-room/u4pr", may: { ...all(404), expired: 404 } },
  /** Has no public address. */
  OutboxRoom: { path: () => "/parties/outbox-room/outbox-0", may: { ...all(404), expired: 404 } },
};

async function createFixture(): Promise<Fixture> {
  const ann = await newPerson("Ann");
  const [post, question] = [await writePost(ann), await askQuestion(ann)];
  const comment = await writeComment(ann, post.id);
  return { ann, post: post.id, question: question.id, comment: comment.id, mail: crypto.randomUUID() };
}

async function actorOf(column: Column, { ann }: Fixture): Promise<Actor> {
  if (column === "owner") return ann;
  if (column === "anonymous") return null;
  if (column === "foreign") return { cookie: sessionCookie("a".repeat(32), "another Plaza's secret") };
  const actor = await newPerson(column);
  if (column === "blocker") await setRelation(actor, "block", ann);
  if (column === "blocked") await setRelation(ann, "block", actor);
  if (column === "muted") await setRelation(ann, "mute", actor);
  if (column === "expired")
    await serviceRows("update sessions set expires_at = now() where id = $1", [actor.sessionId]);
  return actor;
}

const columns: readonly Column[] = [
  "owner",
  "stranger",
  "blocker",
  "blocked",
  "muted",
  "anonymous",
  "expired",
  "foreign",
];
const expected = (row: Row, column: Column) => row.may[column] ?? 401;

/** Compares a row's statuses by column; each cell has its own fixture. */
async function tryRow(row: Row, attempt: (actor: Actor, fixture: Fixture) => Promise<number>) {
  const cells = await Promise.all(
    columns.map(async (column) => {
      const fixture = await createFixture();
      return [column, await attempt(await actorOf(column, fixture), fixture)] as const;
    }),
  );
  expect(Object.fromEntries(cells)).toEqual(
    Object.fromEntries(columns.map((column) => [column, expected(row, column)])),
  );
}

test.each(Object.entries(rows))("%s", async (name, row) => {
  const method = name.split(" ")[0] ?? "";
  await tryRow(row, async (actor, fixture) => {
    const body = row.body?.(fixture);
    const answer = await asPerson(actor).raw(
      method,
      row.path(fixture),
      body === undefined ? undefined : JSON.stringify(body),
    );
    return answer.status;
  });
});

test.each(Object.entries(rooms))("room %s", async (_name, row) => {
  await tryRow(row, (actor, fixture) => tryUpgrade(actor, row.path(fixture)));
});

async function tryUpgrade(actor: Actor, path: string): Promise<number> {
  try {
    return (await refusedUpgrade(actor, path)).status;
  } catch {
    await (await openSocket(actor, path)).close();
    return 101;
  }
}

/** The same for conversations, which have more relations between people. */
async function tryChatRow(row: ChatRow, attempt: (fixture: ConversationFixture) => Promise<number>) {
  const cells: [ChatColumn, number][] = [];
  for (const column of chatColumns) cells.push([column, await attempt(await createAccessFixture(column))]);
  expect(Object.fromEntries(cells)).toEqual(row.may);
}

test.each(Object.entries(conversationRows))("%s", async (name, row) => {
  const method = name.split(" ")[0] ?? "";
  await tryChatRow(row, async (fixture) => {
    const body = row.body?.(fixture);
    const sent = body === undefined ? undefined : JSON.stringify(body);
    return (await asPerson(fixture.actor).raw(method, row.path(fixture), sent)).status;
  });
});

test("room ConversationRoom", async () => {
  await tryChatRow(conversationRoomRow, ({ actor, ...fixture }) =>
    tryUpgrade(actor, conversationRoomRow.path({ actor, ...fixture })),
  );
});

test("every route of the Worker has a row, and every row has a route", async () => {
  const document = Object((await nobody().get("/api/openapi.json")).body);
  const described = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  // Not in the OpenAPI document: better-auth's routes, the document itself, and development routes.
  const source = readFileSync(new URL("../routes/auth/auth.route.ts", import.meta.url), "utf8");
  const auth = [...source.matchAll(/"(GET|POST) (\/[^"]+)"/g)].map(
    ([, method, path]) => `${method} /api/auth${path}`,
  );
  const besides = [
    "GET /api/openapi.json",
    "GET /api/docs",
    "GET /api/dev/mailbox",
    "GET /api/dev/mailbox/{id}",
  ];
  expect(auth.length).toBeGreaterThan(5);
  const tried = [...Object.keys(rows), ...Object.keys(conversationRows)];
  expect(tried.sort()).toEqual([...new Set([...described, ...auth, ...besides])].sort());
});

test("every room has a row, whether browsers may open it or not", () => {
  const config = readFileSync(new URL("../../wrangler.toml", import.meta.url), "utf8");
  const bindings = [...config.matchAll(/^class_name = "(\w+)"$/gm)].map(([, name]) => name);
  expect([...Object.keys(rooms), "ConversationRoom"].sort()).toEqual([...new Set(bindings)].sort());
});
