/** Checks of a request before its route: origin, content type, rate. */
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../context.ts";
import { ApiError } from "../errors.ts";
import { LIMIT_WINDOW_S } from "../limits.ts";
import { hasSessionCookie } from "../services/sessions.rules.ts";

/** Plaza's public origin, or the host of this request (a laptop has several names for itself). */
export const isSameOrigin = (origin: string | undefined, requestUrl: string, publicUrl: string): boolean =>
  origin === publicUrl || origin === new URL(requestUrl).origin;

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * The CSRF check: refuses writes that a page of another site could have caused. It does not rely on the
 * cookie's SameSite=Lax. A request without Origin passes only without a session cookie.
 */
export const sameOrigin = createMiddleware<AppEnv>(async (c, next) => {
  if (!SAFE_METHODS.has(c.req.method)) {
    const origin = c.req.header("Origin");
    const hasCookie = hasSessionCookie(c.req.header("Cookie"));
    if (origin === undefined ? hasCookie : !isSameOrigin(origin, c.req.url, c.env.PUBLIC_URL))
      throw new ApiError("BAD_ORIGIN");
  }
  await next();
});

/**
 * Refuses bodies that are not JSON: a foreign page can send forms and text/plain without a preflight request.
 */
export const jsonOnly = createMiddleware<AppEnv>(async (c, next) => {
  if (!SAFE_METHODS.has(c.req.method) && c.req.raw.body !== null) {
    const type = c.req.header("Content-Type")?.split(";")[0]?.trim().toLowerCase();
    const empty = c.req.header("Content-Length") === "0";
    if (type !== "application/json" && !empty) throw new ApiError("UNSUPPORTED_MEDIA_TYPE");
  }
  await next();
});

/** The key of a rate limit: the session, or without one the address. */
const callerOf = (c: { req: { header(name: string): string | undefined } }, token: string | null) =>
  token ?? c.req.header("CF-Connecting-IP") ?? "local";

/** Limits reads and writes separately; Retry-After gives the limiter's window. */
export const rateLimit = createMiddleware<AppEnv>(async (c, next) => {
  const kind = SAFE_METHODS.has(c.req.method) ? "read" : "write";
  const limiter = kind === "read" ? c.env.READ_LIMITER : c.env.WRITE_LIMITER;
  const [caller, address] = await Promise.all([
    limiter.limit({ key: callerOf(c, c.get("service").token) }),
    // One client can hold many sessions, so its address has a limit too, wide enough for a school behind one
    // address.
    c.env.ADDRESS_LIMITER.limit({ key: callerOf(c, null) }),
  ]);
  if (!caller.success || !address.success)
    throw new ApiError("RATE_LIMITED", { retryAfterS: LIMIT_WINDOW_S[kind] });
  await next();
});
