import { describe, expect, it } from "vitest";
import { safeNext, signInPath } from "./sign-in-path.ts";

describe("where sign-in leads back to", () => {
  it("is a path inside Plaza, never another site", () => {
    expect(safeNext("/posts/1?x=1#comment-2")).toBe("/posts/1?x=1#comment-2");
    for (const bad of [
      null,
      "",
      "https://evil.example",
      "//evil.example",
      "/\\evil.example",
      "javascript:alert(1)",
    ]) {
      expect(safeNext(bad)).toBe("/");
    }
  });

  it("is never sign-in itself", () => {
    expect(safeNext("/sign-in?next=/x")).toBe("/");
    expect(signInPath("/")).toBe("/sign-in");
    expect(signInPath("/compose?q=1")).toBe("/sign-in?next=%2Fcompose%3Fq%3D1");
  });
});
