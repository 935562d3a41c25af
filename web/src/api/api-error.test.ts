import { describe, expect, it } from "vitest";
import { dictionary as en } from "../i18n/en/index.ts";
import { ApiError, apiErrorFrom, isTransient, networkError } from "./api-error.ts";
import { errorText } from "./error-text.ts";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });

describe("a response that is not ok", () => {
  it("is parsed from Plaza's envelope", async () => {
    const body = {
      error: { code: "RATE_LIMITED", message: "Slow down", requestId: "r1", details: { a: 1 } },
    };
    const error = await apiErrorFrom(answer(429, body, { "Retry-After": "12" }));
    expect(error).toMatchObject({
      status: 429,
      code: "RATE_LIMITED",
      message: "Slow down",
      requestId: "r1",
      details: { a: 1 },
      retryAfterS: 12,
    });
  });

  it("is parsed from better-auth's flat form, with its fields as details", async () => {
    const body = { code: "VALIDATION_FAILED", message: "No", fields: { handle: "RESERVED" } };
    expect(await apiErrorFrom(answer(400, body))).toMatchObject({
      code: "VALIDATION_FAILED",
      details: { handle: "RESERVED" },
      requestId: null,
    });
  });

  it("keeps its status when the body is not one of these shapes", async () => {
    for (const body of ["<html>", "null", "[]", '{"error":"x"}', '{"error":{"code":7}}', ""]) {
      expect(await apiErrorFrom(answer(502, body))).toMatchObject({ status: 502, code: "HTTP_502" });
    }
  });
});

describe("a transient error", () => {
  const of = (status: number) => new ApiError({ status, code: "X", message: "" });
  it("is a missing response or an unavailable server, nothing else", () => {
    expect(isTransient(networkError(new TypeError("Failed to fetch")))).toBe(true);
    expect([502, 503, 504].map((status) => isTransient(of(status)))).toEqual([true, true, true]);
    expect([400, 401, 404, 409, 429, 500].some((status) => isTransient(of(status)))).toBe(false);
    expect(isTransient(new Error("x"))).toBe(false);
  });
});

describe("the text of an error", () => {
  const textOf = (code: string, status = 400, retryAfterS: number | null = null) =>
    errorText(new ApiError({ status, code, message: "relation posts does not exist", retryAfterS }), en);

  it("never contains the server's message", () => {
    for (const code of ["INTERNAL", "VALIDATION_FAILED", "WHATEVER", "NOT_FOUND"]) {
      expect(textOf(code)).not.toContain("relation");
    }
  });

  it("contains the time to wait when it is known", () => {
    expect(textOf("RATE_LIMITED", 429, 1)).toContain("1 second.");
    expect(textOf("RATE_LIMITED", 429, 10)).toContain("10 seconds.");
  });

  it("exists for errors of any kind", () => {
    expect(errorText(new TypeError("x"), en)).toBe(en.common.errors.unknown);
    expect(textOf("HTTP_500", 500)).toBe(en.common.errors.server);
  });
});
