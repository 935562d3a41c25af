import { HTTPException } from "hono/http-exception";
import { expect, test } from "vitest";
import { DatabaseUnavailable, Refused } from "../../db/client/errors.ts";
import { BadCursor } from "../../db/reads/cursor.ts";
import { ApiError } from "../errors.ts";
import { toApiError } from "./errors.ts";

test.each([
  [new ApiError("GONE"), "GONE", 410],
  [new Refused(409, "IDEMPOTENCY_CONFLICT"), "IDEMPOTENCY_CONFLICT", 409],
  [new BadCursor("x"), "BAD_CURSOR", 400],
  [new DatabaseUnavailable(new Error("connect ECONNREFUSED 10.0.0.1")), "UNAVAILABLE", 503],
  [new HTTPException(400), "MALFORMED_JSON", 400],
  [new HTTPException(413), "BODY_TOO_LARGE", 413],
  [new Refused(418, "NO_SUCH_CODE"), "INTERNAL", 500],
  [new Error("select * from users"), "INTERNAL", 500],
  ["a string", "INTERNAL", 500],
])("%s becomes a code of the API, without its internal message", (thrown, code, status) => {
  const error = toApiError(thrown);
  expect([error.code, error.status]).toEqual([code, status]);
  expect(error.message).not.toMatch(/select|ECONNREFUSED|NO_SUCH/);
});

test("an unavailable database sets Retry-After", () => {
  expect(toApiError(new DatabaseUnavailable(null)).retryAfterS).toBeGreaterThan(0);
});
