/**
 * Accounts. Sign-up and its confirmation are Plaza's own; sign-in, sign-out and passwords are better-auth's
 * routes and responses. All are POST: a link in a mail opens a page of the web app and changes nothing.
 */
import { APIError } from "better-auth/api";
import { type Context, Hono } from "hono";
import { generateSignedCookie, getCookie } from "hono/cookie";
import { outboxRoom } from "../../../party/stubs.ts";
import type { AppEnv } from "../../context.ts";
import { ApiError } from "../../errors.ts";
import { LIMIT_WINDOW_S } from "../../limits.ts";
import { languageOf } from "../../mail/queue.ts";
import { withHead } from "../../middleware/errors.ts";
import { readSessionToken } from "../../middleware/session.ts";
import { type AuthBody, clientNetwork, parseAuthBody } from "../../services/auth/auth.rules.ts";
import {
  checkNewPassword,
  countResetMail,
  countSignIn,
  createAuth,
  endSession,
  endWaits,
} from "../../services/auth/auth.service.ts";
import { confirmSignUp, resendLink, signUp } from "../../services/auth/sign-ups.service.ts";
import { sessionCookie } from "../../services/sessions.rules.ts";

/** The routes that the web app uses; better-auth's other routes answer NOT_FOUND. */
const ALLOWED = new Set([
  "POST /sign-up/email",
  "POST /sign-in/email",
  "POST /sign-out",
  "POST /request-password-reset",
  "POST /reset-password",
  "POST /send-verification-email",
  "POST /verify-email",
  "POST /change-password",
]);
/**
 * These take longer for a known address. Each responds after this time at the earliest, so that timing does
 * not reveal whether an address is known.
 */
const TIMING_SAFE = new Set([
  "POST /sign-up/email",
  "POST /request-password-reset",
  "POST /send-verification-email",
]);
const TIMING_SAFE_MIN_MS = 250;
/**
 * These have the higher limit per network: a whole school signs in at once. Guesses of a password are counted per
 * account and client (countSignIn). No limit has an address alone as its key: a stranger could lock the owner out.
 */
const SIGN_IN = new Set(["POST /sign-in/email", "POST /sign-out"]);
const nameOf = (method: string, path: string) => `${method} ${path.slice("/api/auth".length)}`;

export const authRoute = new Hono<AppEnv>().all("/api/auth/*", async (c) => {
  const name = nameOf(c.req.method, c.req.path);
  if (!ALLOWED.has(name)) {
    const allow = ["GET", "POST"].filter((method) => ALLOWED.has(nameOf(method, c.req.path)));
    throw allow.length === 0
      ? new ApiError("NOT_FOUND")
      : new ApiError("METHOD_NOT_ALLOWED", { allow: withHead(allow) });
  }
  const limiter = SIGN_IN.has(name) ? c.env.SIGN_IN_LIMITER : c.env.AUTH_LIMITER;
  const { success: isWithin } = await limiter.limit({
    key: `${clientNetwork(c.req.header("CF-Connecting-IP"))} ${name}`,
  });
  if (!isWithin) throw new ApiError("RATE_LIMITED", { retryAfterS: LIMIT_WINDOW_S.auth });
  try {
    const body = parseAuthBody(await c.req.text());
    const [response] = await Promise.all([
      respond(c, name, body),
      TIMING_SAFE.has(name) ? scheduler.wait(TIMING_SAFE_MIN_MS) : null,
    ]);
    return response;
  } catch (error) {
    // The library's own shape of errors, for all of /api/auth.
    if (error instanceof APIError) return Response.json(error.body ?? {}, { status: error.statusCode });
    throw error;
  }
});

async function respond(c: Context<AppEnv>, name: string, body: AuthBody): Promise<Response> {
  const sessionToken = await readToken(c);
  const client = clientNetwork(c.req.header("CF-Connecting-IP"));
  const ctx = { env: c.env, language: languageOf(c.req.raw.headers), sessionToken, client };
  const path = c.req.path.slice("/api/auth".length);
  const cookie = await cookieFor(c, sessionToken);
  switch (name) {
    case "POST /sign-up/email":
      return c.json(await signUp(ctx, body.fields));
    case "POST /send-verification-email":
      return c.json(await resendLink(ctx, body.fields));
    case "POST /verify-email":
      return await callLibrary(c, "/sign-in/email", await confirmSignUp(ctx, body.fields), null);
    case "POST /sign-in/email": {
      const succeeded = await countSignIn(c.env, body.email ?? "", client);
      const response = await callLibrary(c, path, body.fields, cookie);
      if (response.ok) c.executionCtx.waitUntil(succeeded());
      return response;
    }
    case "POST /sign-out":
      if (sessionToken !== null) await endSession(c.env, sessionToken);
      break;
    case "POST /request-password-reset":
      if (body.email !== undefined) await countResetMail(c.env, body.email, client);
      break;
    case "POST /reset-password": {
      const proof = { resetToken: body.fields.token, sessionToken: null };
      const email = await checkNewPassword(c.env, body.fields.newPassword, proof);
      const response = await callLibrary(c, path, body.fields, cookie);
      if (response.ok && email !== null) c.executionCtx.waitUntil(endWaits(c.env, email, client));
      return response;
    }
    case "POST /change-password":
      await checkNewPassword(c.env, body.fields.newPassword, { resetToken: null, sessionToken });
      break;
  }
  return await callLibrary(c, path, body.fields, cookie);
}

/** The token of a cookie with a valid signature; any other cookie is no session here. */
async function readToken(c: Context<AppEnv>): Promise<string | null> {
  try {
    return await readSessionToken(c);
  } catch (error) {
    if (error instanceof ApiError && error.code === "SESSION_EXPIRED") return null;
    throw error;
  }
}

/** The Cookie header for better-auth, which reads the session only under its present name. */
async function cookieFor(c: Context<AppEnv>, sessionToken: string | null): Promise<string | null> {
  const header = c.req.header("Cookie") ?? null;
  const { name, attributes } = sessionCookie(c.env);
  if (sessionToken === null || getCookie(c, name) !== undefined) return header;
  const renamed = await generateSignedCookie(name, sessionToken, c.env.AUTH_SECRET, attributes);
  return `${header}; ${renamed.split(";")[0]}`;
}

/**
 * Sends a request to better-auth, without the query of the original request. Its response loses what a browser
 * must not get: the session token, which is in the HttpOnly cookie, and a redirect.
 */
async function callLibrary(
  c: Context<AppEnv>,
  path: string,
  fields: object,
  cookie: string | null,
): Promise<Response> {
  const headers = new Headers(c.req.raw.headers);
  headers.delete("Content-Length");
  headers.set("Content-Type", "application/json");
  if (cookie === null) headers.delete("Cookie");
  const request = new Request(new URL(`/api/auth${path}`, c.req.url), {
    method: "POST",
    headers,
    body: JSON.stringify(fields),
  });
  const defer = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  const response = await createAuth(c.env, defer).handler(request);
  // better-auth writes sessions in its own transactions, whose outbox rows are not returned: the drainer
  // delivers them.
  defer(outboxRoom(c.env).drain());
  // A failure of better-auth gets the common error envelope.
  if (response.status >= 500) throw new ApiError("UNAVAILABLE", { retryAfterS: 2 });
  const answer = new Response(null, response);
  answer.headers.delete("Location");
  answer.headers.delete("Content-Length");
  // Adds the cookies that readSessionToken set before those of better-auth, so that the latter win.
  return c.newResponse(await withoutToken(response), answer);
}

async function withoutToken(response: Response): Promise<string> {
  const text = await response.text();
  if (!response.headers.get("Content-Type")?.includes("json") || text === "") return text;
  const body: unknown = JSON.parse(text);
  if (typeof body !== "object" || body === null || Array.isArray(body)) return text;
  const { token: _token, ...rest } = body as Record<string, unknown>;
  return JSON.stringify(rest);
}
