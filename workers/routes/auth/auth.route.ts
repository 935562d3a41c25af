/** Sign-up, sign-in, links: better-auth's own routes and answers, behind Plaza's limits. */
import { Hono } from "hono";
import { z } from "zod";
import { outboxRoom } from "../../../party/stubs.ts";
import type { AppEnv } from "../../context.ts";
import { ApiError } from "../../errors.ts";
import { LIMIT_WINDOW_S } from "../../limits.ts";
import { withHead } from "../../middleware/errors.ts";
import { createAuth } from "../../services/auth.service.ts";

/** What Plaza's app uses; everything else the library could answer stays shut. */
const OPEN = new Set([
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
/** These do more for an address that is known; each answers at this time at the earliest, so that the clock tells nothing. */
const EVEN = new Set(["POST /sign-up/email", "POST /request-password-reset"]);
const EVEN_MS = 250;
const nameOf = (method: string, path: string) =>
  `${method} ${path.slice("/api/auth".length).replace(/^\/reset-password\/[^/]+$/, "/reset-password/:token")}`;

export const authRoute = new Hono<AppEnv>().all("/api/auth/*", async (c) => {
  const name = nameOf(c.req.method, c.req.path);
  if (!OPEN.has(name)) {
    const allow = ["GET", "POST"].filter((method) => OPEN.has(nameOf(method, c.req.path)));
    throw allow.length === 0
      ? new ApiError("NOT_FOUND")
      : new ApiError("METHOD_NOT_ALLOWED", { allow: withHead(allow) });
  }
  const { success } = await c.env.AUTH_LIMITER.limit({
    key: `${c.req.header("CF-Connecting-IP") ?? "local"} ${name}`,
  });
  const limited = !success || !(await mayAskFor(c.env, await emailOf(c.req.raw), name));
  if (limited) throw new ApiError("RATE_LIMITED", { retryAfterS: LIMIT_WINDOW_S.auth });
  const defer = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  const [response] = await Promise.all([
    createAuth(c.env, defer).handler(c.req.raw),
    EVEN.has(name) ? scheduler.wait(EVEN_MS) : null,
  ]);
  // The library writes sessions in transactions of its own: what they left in the outbox is fetched, not returned.
  if (c.req.method === "POST") defer(outboxRoom(c.env).drain());
  // What the library could not do is told the way everything else is.
  if (response.status >= 500) throw new ApiError("UNAVAILABLE", { retryAfterS: 2 });
  return new Response(response.body, response);
});

const addressed = z.object({ email: z.string().max(320) });

/** The e-mail a request is about, if it is about one. */
async function emailOf(request: Request): Promise<string | null> {
  if (request.method !== "POST") return null;
  const parsed = addressed.safeParse(
    await request
      .clone()
      .json()
      .catch(() => null),
  );
  return parsed.success ? parsed.data.email.trim().toLowerCase() : null;
}

/** Guesses at one account, and mails to one address, are counted together wherever they come from. */
async function mayAskFor(env: AppEnv["Bindings"], email: string | null, name: string): Promise<boolean> {
  return email === null || (await env.AUTH_LIMITER.limit({ key: `${email} ${name}` })).success;
}
