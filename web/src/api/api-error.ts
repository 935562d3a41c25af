/** A request that the API refused, or that got no response (`status` 0, `code` NETWORK). */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly requestId: string | null;
  readonly details: unknown;
  /** The Retry-After header, in seconds; null when there is none. */
  readonly retryAfterS: number | null;

  constructor(input: {
    status: number;
    code: string;
    message: string;
    requestId?: string | null;
    details?: unknown;
    retryAfterS?: number | null;
  }) {
    super(input.message);
    this.status = input.status;
    this.code = input.code;
    this.requestId = input.requestId ?? null;
    this.details = input.details;
    this.retryAfterS = input.retryAfterS ?? null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

const text = (value: unknown): string | null => (typeof value === "string" && value ? value : null);

/**
 * Parses a response that is not ok: Plaza's own `{ error: { code, message, requestId, details? } }`, or better-auth's flat
 * `{ code, message, fields? }`. Anything else (a proxy's page) becomes code HTTP_<status>.
 */
export async function apiErrorFrom(response: Response): Promise<ApiError> {
  let body: unknown = null;
  try {
    body = await response.json();
  } catch {
    // Not JSON: only the status is known.
  }
  const inner = isRecord(body) && isRecord(body.error) ? body.error : isRecord(body) ? body : {};
  const wait = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  return new ApiError({
    status: response.status,
    code: text(inner.code) ?? `HTTP_${response.status}`,
    message: text(inner.message) ?? response.statusText,
    requestId: text(inner.requestId) ?? response.headers.get("X-Request-Id"),
    details: inner.details ?? inner.fields,
    retryAfterS: Number.isFinite(wait) ? wait : null,
  });
}

/** The error of a request without a response. */
export function networkError(cause: unknown): ApiError {
  const error = new ApiError({ status: 0, code: "NETWORK", message: "No answer from the server" });
  error.cause = cause;
  return error;
}

/** True when a retry may succeed: no response, or the server is temporarily unavailable. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.status === 0 || error.status === 502 || error.status === 503 || error.status === 504)
  );
}
