/** Sign-up, sign-in and mailed links: better-auth's own routes and responses, behind Plaza's rate limits. */
import { Hono } from "hono";
import { z } from "zod";
import { outboxRoom } from "../../../party/stubs.ts";
import type { AppEnv } from "../../context.ts";
import { ApiError } from "../../errors.ts";
import { LIMIT_WINDOW_S } from "../../limits.ts";
import { withHead } from "../../middleware/errors.ts";
import { createAuth } from "../../services/auth.service.ts";

/** The routes that the web app uses; better-auth's other routes answer NOT_FOUND. */
const ALLOWED = new Set([
  "POST /sign-up/email",
  "POST /sign-in/email",
  "POST /sign-out",
  "POST /request-password-reset",
  "GET /reset-password/:token",
  "POST /reset-password",
  "POST /send-verification-email",
  "GET /verify-email",
  "POST /change-password",
]);
/**
 * These take longer for a known address. Each responds after this time at the earliest, so that timing does
 * not reveal whether an address is known.
 */
const TIMING_SAFE = new Set(["POST /sign-up/email", "POST /request-password-reset"]);
const TIMING_SAFE_MIN_MS = 250;
const nameOf = (method: string, path: string) =>
  `${method} ${path.slice("/api/auth".length).replace(/^\/reset-password\/[^/]+$/, "/reset-password/:token")}`;

export const authRoute = new Hono<AppEnv>().all("/api/auth/*", async (c) => {
  const name = nameOf(c.req.method, c.req.path);
  if (!ALLOWED.has(name)) {
    const allow = ["GET", "POST"].filter((method) => ALLOWED.has(nameOf(method, c.req.path)));
    throw allow.length === 0
      ? new ApiError("NOT_FOUND")
      : new ApiError("METHOD_NOT_ALLOWED", { allow: withHead(allow) });
  }
  const { success } = await c.env.AUTH_LIMITER.limit({
    key: `${c.req.header("CF-Connecting-IP") ?? "local"} ${name}`,
  });
  const limited = !success || !(await isWithinLimit(c.env, await emailOf(c.req.raw), name));
  if (limited) throw new ApiError("RATE_LIMITED", { retryAfterS: LIMIT_WINDOW_S.auth });
  const defer = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  const [response] = await Promise.all([
    createAuth(c.env, defer).handler(c.req.raw),
    TIMING_SAFE.has(name) ? scheduler.wait(TIMING_SAFE_MIN_MS) : null,
  ]);
  // better-auth writes sessions in its own transactions, whose outbox rows are not returned: the drainer
  // delivers them.
  if (c.req.method === "POST") defer(outboxRoom(c.env).drain());
  // A failure of better-auth gets the common error envelope.
  if (response.status >= 500) throw new ApiError("UNAVAILABLE", { retryAfterS: 2 });
  return new Response(response.body, response);
});

const bodyWithEmail = z.object({ email: z.string().max(320) });

/** The e-mail address in the request's body, if there is one. */
async function emailOf(request: Request): Promise<string | null> {
  if (request.method !== "POST") return null;
  const parsed = bodyWithEmail.safeParse(
    await request
      .clone()
      .json()
      .catch(() => null),
  );
  return parsed.success ? parsed.data.email.trim().toLowerCase() : null;
}

/** Limits password guesses and mails per e-mail address, over all clients. */
async function isWithinLimit(env: AppEnv["Bindings"], email: string | null, name: string): Promise<boolean> {
  return email === null || (await env.AUTH_LIMITER.limit({ key: `${email} ${name}` })).success;
}
