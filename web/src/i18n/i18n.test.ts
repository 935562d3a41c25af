import { describe, expect, it } from "vitest";
import { chat as enChat } from "./en/chat.ts";
import { dictionary as enMain } from "./en/index.ts";
import { presence as enPresence } from "./en/presence.ts";
import { pickLocale } from "./locales.ts";
import { chat as ltChat } from "./lt/chat.ts";
import { dictionary as ltMain } from "./lt/index.ts";
import { presence as ltPresence } from "./lt/presence.ts";
import { pluralIn } from "./plural.ts";

const en = { ...enMain, chat: enChat, presence: enPresence };
const lt = { ...ltMain, chat: ltChat, presence: ltPresence };

describe("plurals", () => {
  it("follow the Lithuanian rules for 1, 2, 10, 11, 21, 22 and 0.5", () => {
    const plural = pluralIn("lt");
    const posts = (n: number) =>
      plural(n, { one: "# įrašas", few: "# įrašai", many: "# įrašo", other: "# įrašų" });
    expect([1, 2, 9, 10, 11, 19, 20, 21, 22, 101].map(posts)).toEqual([
      "1 įrašas",
      "2 įrašai",
      "9 įrašai",
      "10 įrašų",
      "11 įrašų",
      "19 įrašų",
      "20 įrašų",
      "21 įrašas",
      "22 įrašai",
      "101 įrašas",
    ]);
    expect(posts(0.5)).toBe("0,5 įrašo");
    expect(posts(0)).toBe("0 įrašų");
  });

  it("follow the English rules and group thousands", () => {
    const plural = pluralIn("en");
    const posts = (n: number) => plural(n, { one: "# post", other: "# posts" });
    expect([0, 1, 2, 1200].map(posts)).toEqual(["0 posts", "1 post", "2 posts", "1,200 posts"]);
  });

  it("fall back to `other` when a form is missing", () => {
    expect(pluralIn("lt")(2, { other: "# x" })).toBe("2 x");
  });
});

describe("dictionaries", () => {
  /** The path and value of every leaf; an array is no leaf. */
  const leaves = (value: unknown, path = ""): [string, unknown][] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, each]) => leaves(each, path ? `${path}.${key}` : key))
      : [[path, value]];

  it("have the same keys in the same order and no empty text", () => {
    expect(leaves(lt).map(([path]) => path)).toEqual(leaves(en).map(([path]) => path));
    for (const [path, value] of [...leaves(en), ...leaves(lt)]) {
      expect(value === "" ? path : null).toBeNull();
    }
  });
});

describe("the initial language", () => {
  it("is the stored one, otherwise the browser's first supported one, otherwise English", () => {
    expect(pickLocale("lt", ["en"])).toBe("lt");
    expect(pickLocale("xx", ["de-DE", "lt-LT", "en"])).toBe("lt");
    expect(pickLocale(null, ["de", "fr"])).toBe("en");
    expect(pickLocale(null, [])).toBe("en");
  });
});
