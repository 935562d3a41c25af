import type { Dictionary } from "../i18n/index.ts";
import { ApiError } from "./api-error.ts";

/** The text to show for an error, in the user's language. Never the server's message. */
export function errorText(error: unknown, t: Dictionary): string {
  const texts = t.common.errors;
  if (!(error instanceof ApiError)) return texts.unknown;
  switch (error.code) {
    case "NETWORK":
      return navigator.onLine === false ? texts.offline : texts.network;
    case "RATE_LIMITED":
    case "TOO_MANY_REQUESTS":
    case "HTTP_429":
      return error.retryAfterS ? texts.slowDownFor(error.retryAfterS) : texts.slowDown;
    case "UNAUTHENTICATED":
    case "UNAUTHORIZED":
      return texts.signIn;
    case "SESSION_EXPIRED":
      return texts.sessionExpired;
    case "ACCOUNT_SUSPENDED":
      return texts.suspended;
    case "FORBIDDEN":
      return texts.forbidden;
    case "NOT_FOUND":
      return texts.notFound;
    case "GONE":
      return texts.gone;
    case "VALIDATION_FAILED":
      return texts.invalid;
    case "BODY_TOO_LARGE":
      return texts.tooLarge;
    case "CONFLICT":
    case "IDEMPOTENCY_CONFLICT":
      return texts.conflict;
    case "UNAVAILABLE":
      return texts.unavailable;
    default:
      return error.status >= 500 ? texts.server : texts.unknown;
  }
}
