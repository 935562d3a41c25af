import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COMMANDS_PER_SECOND_CLIENT, COMMANDS_PER_SECOND_SERVER_MAX } from "./limits.ts";

test.each(["limits.ts", "wire.ts"])(
  "%s imports nothing at run time, so that it costs a browser no zod",
  (name) => {
    const source = readFileSync(new URL(name, import.meta.url), "utf8");
    const imports = source.match(/^(import|export) (?!type\b)[^;]*\bfrom "[^"]+"/gm);
    expect(imports).toBeNull();
  },
);

test("a browser that keeps its own limit is never refused by the server's", () => {
  expect(COMMANDS_PER_SECOND_CLIENT).toBeLessThanOrEqual(COMMANDS_PER_SECOND_SERVER_MAX / 2);
});
