import { expect, test } from "vitest";
import { ownerUrlFromEnvironment } from "./dev-stack.ts";

test("DATABASE_OWNER_URL has priority over DATABASE_URL; without both the result is null", () => {
  expect(
    ownerUrlFromEnvironment({ DATABASE_OWNER_URL: "postgresql://a", DATABASE_URL: "postgresql://b" }),
  ).toBe("postgresql://a");
  expect(ownerUrlFromEnvironment({ DATABASE_URL: "postgresql://b" })).toBe("postgresql://b");
  expect(ownerUrlFromEnvironment({})).toBeNull();
});

test("a URL that is set but empty throws, whatever else is set", () => {
  expect(() => ownerUrlFromEnvironment({ DATABASE_OWNER_URL: "", DATABASE_URL: "postgresql://b" })).toThrow(
    "DATABASE_OWNER_URL is set but empty",
  );
  expect(() => ownerUrlFromEnvironment({ DATABASE_URL: " " })).toThrow("DATABASE_URL is set but empty");
});
