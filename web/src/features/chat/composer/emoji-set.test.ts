import { describe, expect, it } from "vitest";
import { EMOJI, findEmoji } from "./emoji-set.ts";
import { QUICK_REACTIONS } from "./quick-reactions.ts";

const all = EMOJI.flatMap(({ items }) => items);
const found = (words: string) => findEmoji(words).map(({ emoji }) => emoji);

describe("the emoji of the picker", () => {
  it("are unique, accepted by the server and named in both languages", () => {
    for (const { emoji, names } of all) {
      expect(emoji, `${emoji} ${names.en}`).toMatch(/^\p{RGI_Emoji}$/v);
      expect(names.en).not.toBe("");
      expect(names.lt).not.toBe("");
    }
    expect(new Set(all.map(({ emoji }) => emoji)).size).toBe(all.length);
    for (const emoji of QUICK_REACTIONS) expect(all.map((each) => each.emoji)).toContain(emoji);
  });

  it("are found by the start of a name in either language, with or without accents", () => {
    expect(found("thumbs")).toEqual(["👍", "👎"]);
    expect(found("širdis")).toContain("❤️");
    expect(found("sirdis")).toContain("❤️");
    expect(found("HEART")).toContain("💔");
    expect(found("art")).not.toContain("❤️");
    expect(found("  ")).toEqual([]);
    expect(found("nothing like that")).toEqual([]);
  });
});
