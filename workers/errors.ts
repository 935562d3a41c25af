/** The error codes of the API, their statuses and messages, and the one error class. */

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
  VALIDATION_FAILED: "Some fields are not valid.",
  MALFORMED_JSON: "The body is not JSON.",
  BAD_CURSOR: "The cursor cannot be used for this list.",
  UNAUTHENTICATED: "Not authenticated.",
  SESSION_EXPIRED: "The session has ended. Sign in again.",
  FORBIDDEN: "Not allowed.",
  BAD_ORIGIN: "The request comes from another origin.",
  NOT_FOUND: "Not found.",
  METHOD_NOT_ALLOWED: "This address does not support the method; see Allow.",
  CONFLICT: "Conflicts with the current state.",
  IDEMPOTENCY_CONFLICT: "This Idempotency-Key belongs to another request.",
  GONE: "This was deleted.",
  BODY_TOO_LARGE: "The body is too large.",
  UNSUPPORTED_MEDIA_TYPE: "Send the body as application/json.",
  UPGRADE_REQUIRED: "This address accepts WebSocket upgrades only.",
  RATE_LIMITED: "Too many requests; see Retry-After.",
  INTERNAL: "Internal error; it has been logged.",
  UNAVAILABLE: "The database or a room cannot be reached; see Retry-After.",
};

/** A failure response. Any other error that is thrown becomes INTERNAL. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly status: (typeof statuses)[ErrorCode];
  readonly details: unknown;
  /** Retry-After, in seconds. */
  readonly retryAfterS: number | undefined;
  /** The methods that the address supports, for METHOD_NOT_ALLOWED. */
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
