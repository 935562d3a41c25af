import { describe, expect, test } from "vitest";
import { MENTIONS_MAX, mentionsIn, type Token, tokenise } from "./text.ts";

const kinds = (text: string) => tokenise(text).map((token) => token.kind);
const only = <K extends Token["kind"]>(text: string, kind: K) =>
  tokenise(text).filter((token): token is Extract<Token, { kind: K }> => token.kind === kind);

describe("mentions", () => {
  test("are found at the start, after punctuation and across lines, lower-cased, each once", () => {
    expect(mentionsIn("@Asta and (@jonas_7), .@asta\n@rasa!")).toEqual(["asta", "jonas_7", "rasa"]);
  });

  test.each([
    ["an e-mail address", "write to me@example.com"],
    ["too short a handle", "@ab"],
    ["a handle that starts with a digit", "@1abc"],
    ["too long a handle", `@a${"b".repeat(30)}`],
    ["a handle that runs into another letter", "@jonasė"],
    ["an address of another network", "@jonas@elsewhere.example"],
    ["letters that only look like the alphabet", "@ma\u017fter @\u212aelvin"],
    ["a path", "https://example.com/@jonas"],
    ["inline code", "`@jonas`"],
    ["a fenced block", "```\n@jonas\n```"],
    ["a fenced block that was never closed", "```ts\n@jonas"],
  ])("are not found in %s", (_, text) => {
    expect(mentionsIn(text)).toEqual([]);
  });

  test("end at twenty", () => {
    const text = Array.from({ length: 50 }, (_, at) => `@user_${at}`).join(" ");
    expect(mentionsIn(text)).toHaveLength(MENTIONS_MAX);
  });

  test("of thirty characters are whole", () => {
    const handle = `a${"b".repeat(29)}`;
    expect(mentionsIn(`@${handle} hello`)).toEqual([handle]);
  });
});

describe("tags", () => {
  test("hold letters of any alphabet and need one", () => {
    expect(only("#žalias #日本 #2026 #q1 a#b", "tag").map((token) => token.tag)).toEqual([
      "žalias",
      "日本",
      "q1",
    ]);
  });

  test("are not cut out of an HTML entity", () => {
    expect(kinds("&#039;")).toEqual(["text"]);
  });
});

describe("links", () => {
  test.each([
    ["see https://example.com/a.", "https://example.com/a"],
    ["(https://example.com/a)", "https://example.com/a"],
    ["https://en.wikipedia.org/wiki/Plaza_(film)", "https://en.wikipedia.org/wiki/Plaza_(film)"],
    ["HTTPS://EXAMPLE.COM/x?y=1&z=2#k!!", "HTTPS://EXAMPLE.COM/x?y=1&z=2#k"],
    ["[x](http://example.com),", "http://example.com"],
  ])("in %s end where the sentence goes on", (text, shown) => {
    expect(only(text, "link").map((token) => token.text)).toEqual([shown]);
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://example.com",
    "https://",
    "https://bank.example@evil.example/",
    "https://user:secret@example.com/",
    "httpſ://example.com",
  ])("are never made of %s", (text) => {
    expect(only(text, "link")).toEqual([]);
  });

  test("stop before a mark that turns the direction of writing", () => {
    expect(only("https://example.com/\u202egnp.exe", "link")[0]?.href).toBe("https://example.com/");
  });
});

describe("code", () => {
  test("is taken out of the prose, the language with it", () => {
    expect(tokenise("a `b` c\n```TS\nconst d = `#1`;\n\n```\ne")).toEqual([
      { kind: "text", text: "a " },
      { kind: "code", text: "b" },
      { kind: "text", text: " c" },
      { kind: "codeBlock", text: "const d = `#1`;\n", language: "ts" },
      { kind: "text", text: "e" },
    ]);
  });

  test("needs its partner in the same line", () => {
    expect(tokenise("a ` b\nc ` d")).toEqual([{ kind: "text", text: "a ` b\nc ` d" }]);
    expect(mentionsIn("it's ` odd\n@jonas `x`")).toEqual(["jonas"]);
    expect(kinds("``")).toEqual(["text"]);
  });
});

test("text without anything special is one token, and no text is none", () => {
  expect(tokenise("labas rytas")).toEqual([{ kind: "text", text: "labas rytas" }]);
  expect(tokenise("")).toEqual([]);
});

test("nothing is lost outside fences: the tokens spell the text", () => {
  const text = "Hi @jonas, `x` #tag https://example.com/a(b)c. @ # ` http:// @a";
  const spelt = tokenise(text).map((token) => (token.kind === "code" ? `\`${token.text}\`` : token.text));
  expect(spelt.join("")).toBe(text);
});

// Any of these would need 10^10 steps if a pattern looked back or ahead without a bound.
test.each([
  "`",
  "` ",
  "`a` ",
  "`a\n",
  "@",
  "@a",
  "@aaaaaaaaaa",
  "#",
  "#a",
  "http://",
  "https://a(",
  "(",
  "```\n",
  "```a",
])("100,000 characters of %j are read in one pass", (part) => {
  const text = part.repeat(Math.ceil(100_000 / part.length));
  expect(tokenise(text).length).toBeGreaterThan(0);
});
