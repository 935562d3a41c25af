/** What a request must be before anyone looks at what it wants. */
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../context.ts";
import { ApiError } from "../errors.ts";
import { LIMIT_WINDOW_S } from "../limits.ts";
import { sessionCookie } from "./session.ts";

/** Plaza's own pages: its public address, or the very host that was asked (a laptop has several names for itself). */
export const isOwnOrigin = (origin: string | undefined, requestUrl: string, publicUrl: string): boolean =>
  origin === publicUrl || origin === new URL(requestUrl).origin;

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses writes that another site's page could have caused. The cookie is SameSite=Lax; this does not lean on that.
 * A request without Origin is let through only when no cookie makes it speak for someone.
 */
export const ownOrigin = createMiddleware<AppEnv>(async (c, next) => {
  if (!SAFE.has(c.req.method)) {
    const origin = c.req.header("Origin");
    const hasCookie = (c.req.header("Cookie") ?? "").includes(sessionCookie(c.env).name);
    if (origin === undefined ? hasCookie : !isOwnOrigin(origin, c.req.url, c.env.PUBLIC_URL))
      throw new ApiError("BAD_ORIGIN");
  }
  await next();
});

/** Bodies are JSON and say so; forms and text/plain, which a foreign page can send unasked, are refused. */
export const jsonOnly = createMiddleware<AppEnv>(async (c, next) => {
  if (!SAFE.has(c.req.method) && c.req.raw.body !== null) {
    const type = c.req.header("Content-Type")?.split(";")[0]?.trim().toLowerCase();
    const empty = c.req.header("Content-Length") === "0";
    if (type !== "application/json" && !empty) throw new ApiError("UNSUPPORTED_MEDIA_TYPE");
  }
  await next();
});

/** Who a limit counts: the session if there is one, else the address. */
const callerOf = (c: { req: { header(name: string): string | undefined } }, token: string | null) =>
  token ?? c.req.header("CF-Connecting-IP") ?? "local";

/** Reads and writes are counted apart; the answer names when to come back. */
export const rateLimit = createMiddleware<AppEnv>(async (c, next) => {
  const kind = SAFE.has(c.req.method) ? "read" : "write";
  const limiter = kind === "read" ? c.env.READ_LIMITER : c.env.WRITE_LIMITER;
  const [caller, address] = await Promise.all([
    limiter.limit({ key: callerOf(c, c.get("service").token) }),
    // Sessions are made by signing in, so an address has a bound of its own, wide enough for a school behind one.
    c.env.ADDRESS_LIMITER.limit({ key: callerOf(c, null) }),
  ]);
  if (!caller.success || !address.success)
    throw new ApiError("RATE_LIMITED", { retryAfterS: LIMIT_WINDOW_S[kind] });
  await next();
});
