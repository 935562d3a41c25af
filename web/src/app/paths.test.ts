import { describe, expect, it } from "vitest";
import { safeNext, signInPath } from "./next-path.ts";
import { composeTitle } from "./title.ts";

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

describe("the tab's title", () => {
  it("names the page, then Plaza, and counts what waits", () => {
    expect(composeTitle("Home", 0)).toBe("Home · Plaza");
    expect(composeTitle("Home", 3)).toBe("(3) Home · Plaza");
    expect(composeTitle("Home", 250)).toBe("(99+) Home · Plaza");
    expect(composeTitle("", 0)).toBe("Plaza");
  });
});
