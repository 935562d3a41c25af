import { describe, expect, it } from "vitest";
import { composeTitle } from "./title.ts";

describe("the tab's title", () => {
  it("is the page's name, then Plaza, with the unread count before it", () => {
    expect(composeTitle("Home", 0)).toBe("Home · Plaza");
    expect(composeTitle("Home", 3)).toBe("(3) Home · Plaza");
    expect(composeTitle("Home", 250)).toBe("(99+) Home · Plaza");
    expect(composeTitle("", 0)).toBe("Plaza");
  });
});
