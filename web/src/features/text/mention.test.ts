import { describe, expect, it } from "vitest";
import { insertMention, mentionAt } from "./mention.ts";

describe("a mention being typed", () => {
  it("is found to the left of the caret only", () => {
    expect(mentionAt("hi @an", 6)).toBe("an");
    expect(mentionAt("hi @an there", 6)).toBe("an");
    expect(mentionAt("@A", 2)).toBe("a");
    expect(mentionAt("(@an", 4)).toBe("an");
  });

  it("is not found in an e-mail address, a path or plain text", () => {
    for (const text of ["me@home", "x/@an", "hello", "@", "a @@an", "hi @an "]) {
      expect(mentionAt(text, text.length)).toBeNull();
    }
  });

  it("is completed with exactly one space after it", () => {
    expect(insertMention("hi @an there", 6, "an", "anna")).toEqual({ text: "hi @anna there", caret: 9 });
    expect(insertMention("hi @an", 6, "an", "anna")).toEqual({ text: "hi @anna ", caret: 9 });
  });
});
