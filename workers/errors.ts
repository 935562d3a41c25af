/** The one error class of the API and its codes. */

const statuses = {
  VALIDATION_FAILED: 400,
  MALFORMED_JSON: 400,
  BAD_CURSOR: 400,
  UNAUTHENTICATED: 401,
  SESSION_EXPIRED: 401,
  FORBIDDEN: 403,
  BAD_ORIGIN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  IDEMPOTENCY_CONFLICT: 409,
  GONE: 410,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UPGRADE_REQUIRED: 426,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const;

export type ErrorCode = keyof typeof statuses;
export const errorCodes = Object.keys(statuses) as [ErrorCode, ...ErrorCode[]];
export const isErrorCode = (code: string): code is ErrorCode => code in statuses;

const messages: Record<ErrorCode, string> = {
  VALIDATION_FAILED: "Some of what was sent is not valid.",
  MALFORMED_JSON: "The body is not JSON.",
  BAD_CURSOR: "The cursor cannot be used for this list.",
  UNAUTHENTICATED: "Not authenticated",
  SESSION_EXPIRED: "The session has ended. Sign in again.",
  FORBIDDEN: "You may not do that.",
  BAD_ORIGIN: "The request comes from a foreign page.",
  NOT_FOUND: "There is nothing here.",
  METHOD_NOT_ALLOWED: "This address does not take that method; Allow names those it takes.",
  CONFLICT: "That does not fit with what is already there.",
  IDEMPOTENCY_CONFLICT: "This Idempotency-Key was used for another request.",
  GONE: "This was deleted.",
  BODY_TOO_LARGE: "The body is too large.",
  UNSUPPORTED_MEDIA_TYPE: "Send the body as application/json.",
  UPGRADE_REQUIRED: "This address speaks WebSocket only.",
  RATE_LIMITED: "Too many requests. Wait a moment.",
  INTERNAL: "Something broke on our side. It has been noted.",
  UNAVAILABLE: "The database cannot be reached just now. Try again shortly.",
};

/** An answer that is not success; anything else that is thrown becomes INTERNAL. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly status: (typeof statuses)[ErrorCode];
  readonly details: unknown;
  /** Seconds after which a retry makes sense. */
  readonly retryAfterS: number | undefined;
  /** The methods an address does take, for METHOD_NOT_ALLOWED. */
  readonly allow: readonly string[] | undefined;
  constructor(
    code: ErrorCode,
    options: { details?: unknown; retryAfterS?: number; allow?: readonly string[]; cause?: unknown } = {},
  ) {
    super(messages[code], { cause: options.cause });
    this.name = "ApiError";
    this.code = code;
    this.status = statuses[code];
    this.details = options.details;
    this.retryAfterS = options.retryAfterS;
    this.allow = options.allow;
  }
}
