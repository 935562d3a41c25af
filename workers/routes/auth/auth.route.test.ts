/** The account routes against a database that answers as the test says: what they refuse, and what they log. */
import { Hono } from "hono";
import { generateSignedCookie } from "hono/cookie";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AppEnv } from "../../context.ts";
import { onError } from "../../middleware/errors.ts";
import { authRoute } from "./auth.route.ts";

vi.setConfig({ testTimeout: 30_000 });
vi.mock("../../../party/stubs.ts", () => ({ outboxRoom: () => ({ drain: async () => undefined }) }));

const SECRET = "a secret for tests that nobody else ever uses";
const app = new Hono<AppEnv>().route("/", authRoute);
app.onError(onError);

let answer: (url: string, body: string) => Promise<Response>;
let logs: string[];
let mails: object[];
let limitKeys: string[];
const limiter =
  (name: string) =>
  async ({ key }: { key: string }) => {
    limitKeys.push(`${name}: ${key}`);
    return { success: true };
  };
beforeEach(() => {
  answer = async () => Promise.reject(new Error("unexpected query"));
  logs = [];
  mails = [];
  limitKeys = [];
  vi.stubGlobal("scheduler", { wait: async () => undefined });
  vi.stubGlobal("fetch", (url: string | URL, init?: RequestInit) => answer(String(url), String(init?.body)));
  for (const level of ["error", "warn", "log", "info"] as const)
    vi.spyOn(console, level).mockImplementation((...values: unknown[]) => {
      logs.push(
        values
          .map((value) => (value instanceof Error ? `${value.stack} ${value.cause}` : String(value)))
          .join(" "),
      );
    });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function post(path: string, body: object, headers: Record<string, string> = {}) {
  const env = {
    AUTH_SECRET: SECRET,
    PUBLIC_URL: "https://plaza.example",
    DATABASE_URL: "postgres://app:x@db.example/plaza",
    DATABASE_SERVICE_URL: "postgres://service:x@db.example/plaza",
    NEON_ENDPOINT: "https://db.example/sql",
    AUTH_LIMITER: { limit: limiter("auth") },
    SIGN_IN_LIMITER: { limit: limiter("sign-in") },
    MAIL: { send: async (mail: object) => void mails.push(mail) },
  };
  const context = {
    waitUntil: (work: Promise<unknown>) => void work.catch(() => undefined),
    passThroughOnException: () => undefined,
    props: {},
  };
  return app.request(
    `https://plaza.example/api/auth/${path}`,
    {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: "https://plaza.example", ...headers },
      body: JSON.stringify(body),
    },
    env,
    context,
  );
}

/** Of int4 and bool; anything else is sent as text. */
const TYPE_IDS: Record<string, number> = { number: 23, boolean: 16 };
/** The answer of Neon to a batch or to a single query. */
const neonText = (value: unknown) => (typeof value === "boolean" ? (value ? "t" : "f") : String(value));
const rows = (...results: Record<string, unknown>[][]) => {
  const one = (found: Record<string, unknown>[]) => {
    const names = Object.keys(found[0] ?? {});
    return {
      command: "SELECT",
      rowCount: found.length,
      fields: names.map((name) => ({ name, dataTypeID: TYPE_IDS[typeof found[0]?.[name]] ?? 25 })),
      rows: found.map((row) => names.map((name) => (row[name] === null ? null : neonText(row[name])))),
    };
  };
  return async (_url: string, body: string) =>
    Response.json("queries" in JSON.parse(body) ? { results: results.map(one) } : one(results[0] ?? []));
};

const signUp = {
  name: "Ona",
  handle: "ona_1",
  email: "ona@example.com",
  password: "a walk by the river",
  birthDate: "1990-05-17",
};

test("a sign-up mails a link to a page, with the token in the fragment and no name", async () => {
  answer = rows([{ wait: 0, held: true, stored: true }]);
  const response = await post("sign-up/email", signUp);
  expect(await response.json()).toEqual({ status: true, signUpId: expect.any(String) });
  expect(response.status).toBe(200);
  expect(mails).toEqual([
    expect.objectContaining({
      to: signUp.email,
      name: null,
      template: "verify",
      url: expect.stringMatching(/^https:\/\/plaza\.example\/verify-email#token=[\w-]{32}$/),
    }),
  ]);
});

test("a known address gets the mail that says so; a taken handle, too many mails and a weak password are refused", async () => {
  answer = rows([{ wait: 0, held: true, stored: false }]);
  expect((await post("sign-up/email", signUp)).status).toBe(200);
  expect(mails).toMatchObject([{ template: "already", url: "https://plaza.example/sign-in" }]);
  answer = rows([{ wait: 0, held: false, stored: false }]);
  expect(await (await post("sign-up/email", signUp)).json()).toMatchObject({ code: "HANDLE_TAKEN" });
  answer = rows([{ wait: 900, held: false, stored: false }]);
  const limited = await post("sign-up/email", signUp);
  expect([limited.status, limited.headers.get("Retry-After")]).toEqual([429, "900"]);
  expect(mails).toHaveLength(1);
  const weak = await post("sign-up/email", { ...signUp, password: signUp.email });
  expect(await weak.json()).toMatchObject({ code: "PASSWORD_TOO_COMMON" });
});

test("an unknown address and a wait before the next password answer as the library and the limit say", async () => {
  answer = async (url, body) => await rows("queries" in JSON.parse(body) ? [{ wait: 0 }] : [])(url, body);
  const unknown = await post("sign-in/email", { email: "ona@example.com", password: "x" });
  expect(unknown.status).toBe(401);
  expect(await unknown.json()).toMatchObject({ code: "INVALID_EMAIL_OR_PASSWORD" });
  answer = rows([{ wait: 30 }]);
  const early = await post("sign-in/email", { email: "ona@example.com", password: "x" });
  expect([early.status, early.headers.get("Retry-After")]).toEqual([429, "30"]);
});

test("no limit has an address alone as its key: wrong passwords of a stranger do not refuse the owner", async () => {
  answer = rows([{ wait: 30 }]);
  for (const path of ["sign-in/email", "sign-up/email", "request-password-reset"])
    await post(path, signUp, { "CF-Connecting-IP": "192.0.2.1" });
  expect(limitKeys).toEqual([
    "sign-in: 192.0.2.1 POST /sign-in/email",
    "auth: 192.0.2.1 POST /sign-up/email",
    "auth: 192.0.2.1 POST /request-password-reset",
  ]);
});

const oldCookie = async () =>
  (
    await generateSignedCookie("__Secure-plaza.session_token", "session-4711", SECRET, {
      path: "/",
      secure: true,
    })
  ).split(";")[0] ?? "";

test("sign-out with the cookie's former name ends the session and deletes the cookie under both names", async () => {
  const queries: string[] = [];
  answer = async (url, body) => {
    queries.push(body);
    return await rows([])(url, body);
  };
  const response = await post("sign-out", {}, { Cookie: await oldCookie() });
  expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ success: true })]);
  expect(queries[0]).toMatch(/delete from sessions where token = .*session-4711/);
  const set = response.headers.getSetCookie();
  expect(set).toContainEqual(expect.stringMatching(/^__Secure-plaza\.session_token=; Max-Age=0/));
  const present = set.filter((line) => line.startsWith("__Host-plaza.session_token="));
  expect(present.at(-1)).toMatch(/^__Host-plaza\.session_token=; Max-Age=0/);
});

test("sign-out fails when the session cannot be deleted", async () => {
  answer = async () => Promise.reject(new TypeError("fetch failed"));
  const response = await post("sign-out", {}, { Cookie: await oldCookie() });
  expect(response.status).toBe(503);
});

test("a confirmation with the cookie's former name asks about its session", async () => {
  answer = rows([{ id: "a session" }], []);
  const body = { token: "token-4711", password: signUp.password };
  const response = await post("verify-email", body, { Cookie: await oldCookie() });
  expect(await response.json()).toMatchObject({ code: "SIGNED_IN_ALREADY" });
});

test("a cookie with a wrong signature does not prevent a sign-in", async () => {
  answer = async (url, body) => await rows("queries" in JSON.parse(body) ? [{ wait: 0 }] : [])(url, body);
  const credentials = { email: signUp.email, password: signUp.password };
  const response = await post("sign-in/email", credentials, { Cookie: "__Host-plaza.session_token=x.y" });
  expect(await response.json()).toMatchObject({ code: "INVALID_EMAIL_OR_PASSWORD" });
});

test("S logs: no token, password, hash or address is logged when queries fail, and none is answered", async () => {
  const secrets = ["ona@example.com", "ona_1", "a walk by the river", "token-4711", "session-4711"];
  const failures: (typeof answer)[] = [
    async () => Promise.reject(new TypeError(`fetch failed for ${secrets.join()}`)),
    async () =>
      Response.json(
        { message: `canceled ${secrets.join()}`, code: "57014", detail: secrets.join() },
        { status: 400 },
      ),
    async () => Response.json({ message: `no ${secrets.join()}`, code: "22P02" }, { status: 400 }),
    async () => new Response(secrets.join(), { status: 502 }),
  ];
  for (const failure of failures) {
    answer = failure;
    for (const [path, body] of [
      ["sign-up/email", signUp],
      ["sign-in/email", { email: signUp.email, password: signUp.password }],
      ["request-password-reset", { email: signUp.email }],
      ["reset-password", { token: "token-4711", newPassword: signUp.password }],
      ["verify-email", { token: "token-4711", password: signUp.password }],
      ["send-verification-email", { signUpId: crypto.randomUUID() }],
    ] as const) {
      const response = await post(path, body);
      expect(response.status, path).toBeGreaterThanOrEqual(500);
      const text = await response.text();
      for (const secret of secrets) expect(`${path} ${text}`).not.toContain(secret);
    }
    // The library's own queries, behind a limit that answers.
    answer = async (url, body) =>
      "queries" in JSON.parse(body) ? await rows([{ wait: 0 }])(url, body) : await failure(url, body);
    const response = await post("sign-in/email", { email: signUp.email, password: signUp.password });
    expect(response.status).toBe(503);
  }
  expect(logs.length).toBeGreaterThan(20);
  for (const secret of secrets) expect(logs.join("\n")).not.toContain(secret);
  expect(logs.join("\n")).toContain("SQLSTATE 57014 in: ");
});
