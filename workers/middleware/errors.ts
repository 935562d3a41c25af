/** Turns every failure into the one error envelope, without internal details. */
import type { ErrorHandler, NotFoundHandler } from "hono";
import { deleteCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";
import type { Router } from "hono/router";
import type { RouterRoute } from "hono/types";
import { DatabaseUnavailable, Refused } from "../../db/client/errors.ts";
import { BadCursor } from "../../db/reads/cursor.ts";
import type { AppEnv } from "../context.ts";
import { ApiError, isErrorCode } from "../errors.ts";
import { DAY_LIMIT_RETRY_S } from "../limits.ts";
import { sessionCookie } from "../services/sessions.rules.ts";

/** Maps whatever was thrown to a code of the API. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Refused && isErrorCode(error.code)) {
    const later = error.code === "RATE_LIMITED" ? { retryAfterS: DAY_LIMIT_RETRY_S } : {};
    return new ApiError(error.code, { cause: error, ...later });
  }
  if (error instanceof BadCursor) return new ApiError("BAD_CURSOR");
  if (error instanceof DatabaseUnavailable)
    return new ApiError("UNAVAILABLE", { retryAfterS: 2, cause: error });
  if (error instanceof HTTPException && error.status === 400) return new ApiError("MALFORMED_JSON");
  if (error instanceof HTTPException && error.status === 413) return new ApiError("BODY_TOO_LARGE");
  return new ApiError("INTERNAL", { cause: error });
}

export const onError: ErrorHandler<AppEnv> = (thrown, c) => {
  const error = toApiError(thrown);
  const requestId = c.get("requestId");
  if (error.status >= 500) {
    const cause = error.cause instanceof Error ? error.cause : error;
    const root = cause.cause instanceof Error ? cause.cause.message : undefined;
    console.error(
      JSON.stringify({
        level: "error",
        requestId,
        code: error.code,
        message: cause.message,
        root,
        stack: cause.stack,
      }),
    );
  }
  if (error.code === "SESSION_EXPIRED")
    deleteCookie(c, sessionCookie(c.env).name, sessionCookie(c.env).attributes);
  if (error.retryAfterS !== undefined) c.header("Retry-After", String(error.retryAfterS));
  if (error.allow !== undefined) c.header("Allow", error.allow.join(", "));
  c.header("Cache-Control", "no-store");
  const details = error.details === undefined ? {} : { details: error.details };
  return c.json({ error: { code: error.code, message: error.message, requestId, ...details } }, error.status);
};

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/**
 * 404, or 405 when the address has routes for other methods. Middleware matches every method and is not
 * counted.
 */
export const onNotFound =
  (router: Router<[unknown, RouterRoute]>): NotFoundHandler<AppEnv> =>
  (c) => {
    const supported = METHODS.filter((method) =>
      router
        .match(method, c.req.path)[0]
        .some(([[, route]]) => route.method === method && route.path !== "/*"),
    );
    // A route for this method exists and itself responded with not found.
    if (supported.length === 0 || supported.some((method) => method === c.req.method))
      return onError(new ApiError("NOT_FOUND"), c);
    return onError(new ApiError("METHOD_NOT_ALLOWED", { allow: withHead(supported) }), c);
  };

/** Adds HEAD, which every GET route supports. */
export const withHead = (methods: readonly string[]): string[] =>
  methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
