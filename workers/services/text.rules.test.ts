import { expect, test } from "vitest";
import { plainText } from "./text.rules.ts";

const text = plainText(1, 5);

test("text is trimmed before it is measured", () => {
  expect(text.parse("  abcde \n")).toBe("abcde");
  expect(text.safeParse("abcdef").success).toBe(false);
  expect(text.safeParse(" \t\n ").success).toBe(false);
});

test.each(["a\u0000", "\ud800", "a\udc00b"])("refuses NUL and lone surrogates: %j", (wrong) => {
  expect(text.safeParse(wrong).success).toBe(false);
});

test("accepts an emoji", () => {
  expect(text.parse("🌍é")).toBe("🌍é");
});
