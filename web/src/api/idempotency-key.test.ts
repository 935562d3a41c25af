import { expect, it } from "vitest";
import { newIdempotencyKey } from "./idempotency-key.ts";

it("creates unique UUIDs of version 7 that begin with their time", () => {
  const at = Date.parse("2026-11-20T12:00:00.123Z");
  const keys = Array.from({ length: 500 }, () => newIdempotencyKey(at));
  for (const key of keys) {
    expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(key.replace("-", "").slice(0, 12), 16)).toBe(at);
  }
  expect(new Set(keys).size).toBe(500);
});
