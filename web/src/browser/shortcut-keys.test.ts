import { describe, expect, it } from "vitest";
import { isPrintable, NOTHING_TYPED, parseKeys, press, SEQUENCE_MS } from "./shortcut-keys.ts";

const shortcuts = ["g h", "g n", "n", "?"].map((text) => ({ name: text, keys: parseKeys(text) }));

/** Types keys 100 ms apart and lists the shortcuts they complete. */
function type(keys: string, gapMs = 100): (string | null)[] {
  let typed = NOTHING_TYPED;
  return [...keys].map((key, index) => {
    const result = press(typed, key, 1_000 + index * gapMs, shortcuts);
    typed = result.typed;
    return result.match?.name ?? null;
  });
}

describe("shortcuts", () => {
  it("are parsed from text", () => {
    expect(parseKeys(" g   h ")).toEqual(["g", "h"]);
    expect(parseKeys("?")).toEqual(["?"]);
  });

  it("run at once for one key and at the last key of a sequence", () => {
    expect(type("?")).toEqual(["?"]);
    expect(type("gh")).toEqual([null, "g h"]);
  });

  it("match the sequence rather than the single key that ends it", () => {
    expect(type("gn")).toEqual([null, "g n"]);
    expect(type("n")).toEqual(["n"]);
  });

  it("drop the beginning of a sequence after the longest pause", () => {
    expect(type("gn", SEQUENCE_MS + 1)).toEqual([null, "n"]);
  });

  it("begin a new sequence with a key that does not continue the current one", () => {
    expect(type("gx?")).toEqual([null, null, "?"]);
    expect(type("g?")).toEqual([null, "?"]);
    expect(type("ggh")).toEqual([null, null, "g h"]);
  });

  it("let a page override a global shortcut", () => {
    const page = { name: "page", keys: parseKeys("n") };
    expect(press(NOTHING_TYPED, "n", 0, [...shortcuts, page]).match?.name).toBe("page");
  });

  it("leave printable keys to a text field, except help, search and space", () => {
    for (const key of ["n", "Š", "7", "!", "😀"]) expect(isPrintable(key), key).toBe(true);
    for (const key of ["?", "/", " ", "Enter", "ArrowUp", "Dead", "F5"])
      expect(isPrintable(key), key).toBe(false);
  });
});
