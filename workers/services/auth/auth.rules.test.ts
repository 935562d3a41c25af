import { expect, test } from "vitest";
import { clientNetwork, parseAuthBody } from "./auth.rules.ts";

const parse = (body: unknown) => parseAuthBody(JSON.stringify(body));
const refusal = (text: string): unknown => {
  try {
    parseAuthBody(text);
    return null;
  } catch (error) {
    return Object(error).body;
  }
};

test("a body keeps its fields, without the callbacks of older clients; the address is the key of limits", () => {
  expect(
    parse({ email: " Ona@Example.com", password: " x ", callbackURL: "/", redirectTo: "/reset" }),
  ).toEqual({
    fields: { email: " Ona@Example.com", password: " x " },
    email: "ona@example.com",
  });
  expect(parseAuthBody("")).toEqual({ fields: {}, email: undefined });
});

test.each(["{", "[]", "7", "null", '"text"'])("%s is no body", (text) => {
  expect(refusal(text)).toMatchObject({ code: "VALIDATION_FAILED" });
});

test.each(["\u0000", "\n", "\r", "\t", "\u007f", "\u0085", "\ud800"])(
  "a text with %j is refused with the field's name",
  (bad) => {
    for (const field of ["email", "password", "token", "newPassword", "name", "anything"])
      expect(refusal(JSON.stringify({ [field]: `a${bad}b` }))).toMatchObject({
        fields: { [field]: "NOT_TEXT" },
      });
  },
);

test.each([
  "https://evil.example",
  "//evil.example",
  "/.//evil.example/login",
  "/..//evil.example",
  "/x/..//evil.example",
  "/%2e%2e//evil.example",
  "/\\evil.example",
  "/verify-email/..//evil.example",
  "/verify-email?next=//evil.example",
  "/@evil.example",
  "javascript:alert(1)",
  "",
  " /",
  7,
  ["/"],
])("the callback %j is refused: only listed pages are accepted", (callback) => {
  for (const field of ["callbackURL", "redirectTo", "errorCallbackURL", "newUserCallbackURL"])
    expect(refusal(JSON.stringify({ [field]: callback }))).toMatchObject({ code: "INVALID_CALLBACK_URL" });
});

test.each([
  ["203.0.113.9", "203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:0DB8:0001:0002::9", "2001:db8:1:2"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  [undefined, "local"],
])("the limits know the client %s as %s", (address, network) => {
  expect(clientNetwork(address)).toBe(network);
});
