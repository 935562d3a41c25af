import { describe, expect, it } from "vitest";
import { safeRedirectPath, signInPath } from "./sign-in-path.ts";

describe("the path after signing in", () => {
  it("is a path inside Plaza, never another site", () => {
    expect(safeRedirectPath("/posts/1?x=1#comment-2")).toBe("/posts/1?x=1#comment-2");
    for (const bad of [
      null,
      "",
      "https://evil.example",
      "//evil.example",
      "/\\evil.example",
      "javascript:alert(1)",
    ]) {
      expect(safeRedirectPath(bad)).toBe("/");
    }
  });

  it("is never the sign-in page itself", () => {
    expect(safeRedirectPath("/sign-in?next=/x")).toBe("/");
    expect(signInPath("/")).toBe("/sign-in");
    expect(signInPath("/compose?q=1")).toBe("/sign-in?next=%2Fcompose%3Fq%3D1");
  });
});
