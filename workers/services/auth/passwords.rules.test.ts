import { describe, expect, test, vi } from "vitest";
import { isEasyToGuess } from "./passwords.rules.ts";

const owner = { name: "Ona Petrauskienė", handle: "onap_vilnius", email: "ona.petr@pastas.example" };

describe("a password is easy to guess when it", () => {
  test.each([
    ["is blank", " ".repeat(10)],
    ["is one character", "a".repeat(10)],
    ["is one character, 128 times", "a".repeat(128)],
    ["repeats a word", "abcabcabcabc"],
    ["counts up", "1234567890"],
    ["counts down", "0987654321"],
    ["counts up in letters", "abcdefghij"],
    ["follows the keyboard", "qwertyuiop"],
    ["zigzags over the keyboard", "1q2w3e4r5t"],
    ["is common", "iloveyou12"],
    ["is a common word and digits", "password123"],
    ["is a common word with signs", "P@ssw0rd!1"],
    ["is the place's name and digits", "Plaza12345"],
    ["is the address", owner.email],
    ["is the address in capitals", owner.email.toUpperCase()],
    ["is the handle", owner.handle],
    ["is the handle and a year", `${owner.handle}1990`],
    ["is the name", "Ona Petrauskienė"],
    ["is the name without accents", "onapetrauskiene"],
    ["is the surname and digits", "Petrauskiene1"],
  ])("%s", async (_what, password) => {
    expect(await isEasyToGuess(password, owner)).toBe(true);
  });
});

test.each([
  "a walk by the river",
  "tūzas šoka po lietų",
  "x7#pQ2!vLm",
  "日本語のパスワードです",
  "pw 3f9a0c12b7",
])("%s is accepted", async (password) => {
  expect(await isEasyToGuess(password, owner)).toBe(false);
});

test("a hostile password of 128 characters is checked within half a second of computing", async () => {
  await isEasyToGuess("the first check loads the lists", null);
  for (const hostile of [
    "x1!".repeat(43),
    "password".repeat(16),
    "aA1!".repeat(32),
    "1234567890qwerty".repeat(8),
  ]) {
    const started = process.cpuUsage();
    await isEasyToGuess(hostile.slice(0, 128), owner);
    // The time of the processor: the wall clock depends on what else runs.
    expect(process.cpuUsage(started).user).toBeLessThan(500_000);
  }
});

test("when the lists could not be loaded, the next check loads them", async () => {
  vi.resetModules();
  let failures = 1;
  vi.doMock("@zxcvbn-ts/core", async (original) => {
    const core = await original<typeof import("@zxcvbn-ts/core")>();
    return {
      get ZxcvbnFactory() {
        if (failures-- > 0) throw new Error("the chunk was not loaded");
        return core.ZxcvbnFactory;
      },
    };
  });
  const fresh = await import("./passwords.rules.ts");
  await expect(fresh.isEasyToGuess("password123", null)).rejects.toThrow("the chunk was not loaded");
  expect(await fresh.isEasyToGuess("password123", null)).toBe(true);
  vi.doUnmock("@zxcvbn-ts/core");
});
