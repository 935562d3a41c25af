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
  it("follow Lithuanian's rules: 1, 2, 10, 11, 21, 22 and a half", () => {
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

  it("follow English's, with its thousands", () => {
    const plural = pluralIn("en");
    const posts = (n: number) => plural(n, { one: "# post", other: "# posts" });
    expect([0, 1, 2, 1200].map(posts)).toEqual(["0 posts", "1 post", "2 posts", "1,200 posts"]);
  });

  it("fall back to `other` where a form is not given", () => {
    expect(pluralIn("lt")(2, { other: "# x" })).toBe("2 x");
  });
});

describe("dictionaries", () => {
  /** Every leaf's path; arrays count as branches. */
  const leaves = (value: unknown, path = ""): [string, unknown][] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, each]) => leaves(each, path ? `${path}.${key}` : key))
      : [[path, value]];

  it("have the same words in the same places, none empty", () => {
    expect(leaves(lt).map(([path]) => path)).toEqual(leaves(en).map(([path]) => path));
    for (const [path, value] of [...leaves(en), ...leaves(lt)]) {
      expect(value === "" ? path : null).toBeNull();
    }
  });
});

describe("the starting language", () => {
  it("is the stored one, else the browser's first that Plaza speaks, else English", () => {
    expect(pickLocale("lt", ["en"])).toBe("lt");
    expect(pickLocale("xx", ["de-DE", "lt-LT", "en"])).toBe("lt");
    expect(pickLocale(null, ["de", "fr"])).toBe("en");
    expect(pickLocale(null, [])).toBe("en");
  });
});
