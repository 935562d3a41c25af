import { describe, expect, it } from "vitest";
import { dictionary as en } from "../i18n/en/index.ts";
import { ApiError, apiErrorFrom, isTransient, networkError } from "./api-error.ts";
import { errorText } from "./error-text.ts";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });

describe("an answer that is not ok", () => {
  it("is read from Plaza's envelope", async () => {
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

  it("is read from the sign-in library's flat form, its fields as details", async () => {
    const body = { code: "VALIDATION_FAILED", message: "No", fields: { handle: "RESERVED" } };
    expect(await apiErrorFrom(answer(400, body))).toMatchObject({
      code: "VALIDATION_FAILED",
      details: { handle: "RESERVED" },
      requestId: null,
    });
  });

  it("keeps its status when the body is a proxy's page, nonsense or nothing", async () => {
    for (const body of ["<html>", "null", "[]", '{"error":"x"}', '{"error":{"code":7}}', ""]) {
      expect(await apiErrorFrom(answer(502, body))).toMatchObject({ status: 502, code: "HTTP_502" });
    }
  });
});

describe("what is worth another try", () => {
  const of = (status: number) => new ApiError({ status, code: "X", message: "" });
  it("is a request without an answer or a server that is briefly away, nothing else", () => {
    expect(isTransient(networkError(new TypeError("Failed to fetch")))).toBe(true);
    expect([502, 503, 504].map((status) => isTransient(of(status)))).toEqual([true, true, true]);
    expect([400, 401, 404, 409, 429, 500].some((status) => isTransient(of(status)))).toBe(false);
    expect(isTransient(new Error("x"))).toBe(false);
  });
});

describe("what people are told", () => {
  const told = (code: string, status = 400, retryAfterS: number | null = null) =>
    errorText(new ApiError({ status, code, message: "relation posts does not exist", retryAfterS }), en);

  it("never repeats the server's own words", () => {
    for (const code of ["INTERNAL", "VALIDATION_FAILED", "WHATEVER", "NOT_FOUND"]) {
      expect(told(code)).not.toContain("relation");
    }
  });

  it("names the wait when it is known", () => {
    expect(told("RATE_LIMITED", 429, 1)).toContain("1 second.");
    expect(told("RATE_LIMITED", 429, 10)).toContain("10 seconds.");
  });

  it("says something for errors of any kind", () => {
    expect(errorText(new TypeError("x"), en)).toBe(en.common.errors.unknown);
    expect(told("HTTP_500", 500)).toBe(en.common.errors.server);
  });
});
