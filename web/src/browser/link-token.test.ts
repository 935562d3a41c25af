import { expect, it } from "vitest";
import { tokenInHash } from "./link-token.ts";

it.each([
  ["#token=a-b_c", "a-b_c"],
  ["#other=1&token=abc", "abc"],
  ["#token=", ""],
  ["#comment-2", ""],
  ["", ""],
])("reads the token of %j", (hash, token) => {
  expect(tokenInHash(hash)).toBe(token);
});
