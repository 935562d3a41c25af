/** Every failure leaves as the same envelope; nothing internal goes with it. */
import type { ErrorHandler, NotFoundHandler } from "hono";
import { deleteCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";
import { BadCursor } from "../../db/cursor.ts";
import { DatabaseUnavailable, Refused } from "../../db/errors.ts";
import type { AppEnv } from "../context.ts";
import { ApiError, isErrorCode } from "../errors.ts";
import { sessionCookie } from "./session.ts";

/** Turns whatever was thrown into one of the API's codes. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Refused && isErrorCode(error.code)) return new ApiError(error.code, { cause: error });
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
  c.header("Cache-Control", "no-store");
  const details = error.details === undefined ? {} : { details: error.details };
  return c.json({ error: { code: error.code, message: error.message, requestId, ...details } }, error.status);
};

export const onNotFound: NotFoundHandler<AppEnv> = (c) => onError(new ApiError("NOT_FOUND"), c);
