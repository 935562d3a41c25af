/**
 * People with a session, inserted by the service role, so that a test needs no mail and no sign-in; and HTTP
 * clients for them.
 *
 * @example
 * const ann = await newPerson("Ann");
 * const post = await asPerson(ann).post("/api/posts", { kind: "post", body: "Hello" });
 */
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import type { DatabaseUrls } from "../../db/local/postgres/database.ts";

/** AUTH_SECRET of every Plaza that these people use. */
export const TEST_SECRET = "a secret for tests that nobody else ever uses";
export const COOKIE = "plaza.session_token";

/** A Plaza under test. Default: the one of this test run. */
export type Target = { url: string; database: DatabaseUrls };

export type Person = {
  id: string;
  handle: string;
  name: string;
  email: string;
  sessionId: string;
  /** The value of the Cookie header. */
  cookie: string;
};

export type Answer = { status: number; headers: Headers; body: unknown; text: string };
export type Extras = { headers?: Record<string, string | null>; signal?: AbortSignal };

export const thisPlaza = (): Target => ({ url: inject("plazaUrl"), database: inject("plazaDatabase") });

const pools = new Map<string, pg.Pool>();

/** Rows of a query as plaza_service, which sees everything. */
export async function serviceRows<Row extends pg.QueryResultRow>(
  text: string,
  values: unknown[] = [],
  target = thisPlaza(),
): Promise<Row[]> {
  const url = target.database.serviceUrl;
  let pool = pools.get(url);
  if (!pool) {
    pool = new pg.Pool({ connectionString: url, max: 4, allowExitOnIdle: true });
    // The database may be dropped under an idle connection at the end of a run.
    pool.on("error", () => undefined);
    pools.set(url, pool);
  }
  return (await pool.query<Row>(text, values)).rows;
}

export async function newPerson(name = "Ona", target = thisPlaza()): Promise<Person> {
  const handle = `p${randomBytes(8).toString("hex")}`;
  const email = `${handle}@example.com`;
  const [user] = await serviceRows<{ id: string }>(
    "insert into users (name, handle, email, email_verified, birth_date) values ($1, $2, $3, true, '1990-05-17') returning id",
    [name, handle, email],
    target,
  );
  if (!user) throw new Error("the insert returned no user");
  // Most tests are about strangers who see each other; the default is `mutuals`. Without the outbox row, because rooms that
  // have never received anything about a person are tested too.
  await serviceRows(
    `begin; update user_settings set presence_audience = 'everyone' where user_id = '${user.id}';
     delete from outbox where topic = 'presence:${user.id}'; commit`,
    [],
    target,
  );
  return { id: user.id, handle, name, email, ...(await newSession(user.id, target)) };
}

/** A further session of a person: another device. */
export async function newSession(
  userId: string,
  target = thisPlaza(),
): Promise<Pick<Person, "sessionId" | "cookie">> {
  const token = randomBytes(24).toString("base64url");
  const [session] = await serviceRows<{ id: string }>(
    "insert into sessions (user_id, token, expires_at) values ($1, $2, now() + interval '30 days') returning id",
    [userId, token],
    target,
  );
  if (!session) throw new Error("the insert returned no session");
  return { sessionId: session.id, cookie: sessionCookie(token) };
}

/** The Cookie header for a token, signed as the Worker signs (hono's signed cookie). */
export function sessionCookie(token: string, secret = TEST_SECRET): string {
  const signature = createHmac("sha256", secret).update(token).digest("base64");
  return `${COOKIE}=${encodeURIComponent(`${token}.${signature}`)}`;
}

/** The same person with another device's session. */
export async function onAnotherDevice(person: Person, target = thisPlaza()): Promise<Person> {
  return { ...person, ...(await newSession(person.id, target)) };
}

/**
 * HTTP requests as this person, or signed out (null). Writes carry Plaza's Origin, JSON and a fresh
 * Idempotency-Key. `headers` adds, replaces or (null) removes.
 */
export function asPerson(person: Pick<Person, "cookie"> | null, target = thisPlaza()) {
  const send = (method: string) => (path: string, body?: unknown, extras?: Extras) =>
    request(target, method, path, person, body === undefined ? undefined : JSON.stringify(body), extras);
  return {
    get: (path: string, extras?: Extras) => send("GET")(path, undefined, extras),
    post: send("POST"),
    put: send("PUT"),
    patch: send("PATCH"),
    delete: send("DELETE"),
    /** Sends the body unchanged. */
    raw: (method: string, path: string, body?: string, extras?: Extras) =>
      request(target, method, path, person, body, extras),
  };
}

export type Client = ReturnType<typeof asPerson>;
export const nobody = (target = thisPlaza()) => asPerson(null, target);

async function request(
  target: Target,
  method: string,
  path: string,
  person: Pick<Person, "cookie"> | null,
  body: string | undefined,
  extras: Extras = {},
): Promise<Answer> {
  const isWrite = method !== "GET" && method !== "HEAD";
  const wanted: Record<string, string | null> = {
    ...(isWrite ? { Origin: target.url, "Idempotency-Key": randomUUID() } : {}),
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    ...(person ? { Cookie: person.cookie } : {}),
    ...extras.headers,
  };
  const headers = Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== null);
  const response = await fetch(new URL(path, target.url), {
    method,
    headers,
    redirect: "manual",
    ...(body === undefined ? {} : { body }),
    ...(extras.signal ? { signal: extras.signal } : {}),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  const parsed: unknown = isJson && text !== "" ? JSON.parse(text) : null;
  return { status: response.status, headers: response.headers, body: parsed, text };
}
