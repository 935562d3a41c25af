import { expect, test } from "vitest";
import { isSameOrigin } from "./guards.ts";

const PUBLIC = "https://plaza.example";
test.each([
  [PUBLIC, "https://plaza.example/api/me", true],
  ["http://127.0.0.1:5173", "http://127.0.0.1:5173/api/me", true],
  [undefined, "https://plaza.example/api/me", false],
  ["", "https://plaza.example/api/me", false],
  ["null", "https://plaza.example/api/me", false],
  ["https://plaza.example.evil.example", "https://plaza.example/api/me", false],
  ["https://evil.example", "https://plaza.example/api/me?https://evil.example", false],
  ["http://plaza.example", "https://plaza.example/api/me", false],
  ["https://plaza.example:8443", "https://plaza.example/api/me", false],
  ["https://sub.plaza.example", "https://plaza.example/api/me", false],
  ["https://PLAZA.example/", "https://plaza.example/api/me", false],
])("S CSRF: Origin %j of a request for %s is the same origin: %s", (origin, url, own) => {
  expect(isSameOrigin(origin, url, PUBLIC)).toBe(own);
});
