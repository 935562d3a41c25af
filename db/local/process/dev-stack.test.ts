import { expect, test } from "vitest";
import { givenOwnerUrl } from "./dev-stack.ts";

test("the owner's URL comes first, then the one URL, then none", () => {
  expect(givenOwnerUrl({ DATABASE_OWNER_URL: "postgresql://a", DATABASE_URL: "postgresql://b" })).toBe(
    "postgresql://a",
  );
  expect(givenOwnerUrl({ DATABASE_URL: "postgresql://b" })).toBe("postgresql://b");
  expect(givenOwnerUrl({})).toBeNull();
});

test("a URL that is set but empty is refused, whatever else is set", () => {
  expect(() => givenOwnerUrl({ DATABASE_OWNER_URL: "", DATABASE_URL: "postgresql://b" })).toThrow(
    "DATABASE_OWNER_URL is set but empty",
  );
  expect(() => givenOwnerUrl({ DATABASE_URL: " " })).toThrow("DATABASE_URL is set but empty");
});
