import { describe, expect, it } from "vitest";
import { initials } from "../avatar-colour.ts";
import { relativeTime } from "./relative-time.ts";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const ago = (seconds: number, locale = "en") =>
  relativeTime(new Date(NOW - seconds * 1000).toISOString(), NOW, locale, "now");

describe("relative time", () => {
  it("is now, minutes, hours or days, and a date after a week", () => {
    expect(ago(5)).toBe("now");
    expect(ago(-30)).toBe("now");
    expect(ago(50)).toMatch(/^1\s?m/);
    expect(ago(3 * 3600)).toMatch(/^3\s?h/);
    expect(ago(2 * 86_400)).toMatch(/^2\s?d/);
    expect(ago(30 * 86_400)).toBe("Oct 21");
    expect(ago(400 * 86_400)).toBe("Oct 16, 2025");
  });

  it("is formatted in the locale's language", () => {
    expect(ago(5 * 60, "lt")).toBe("prieš 5 min.");
  });
});

describe("initials", () => {
  it("are the first letters of the first and last word, or of the handle", () => {
    expect(initials("Rūta Marija Žukaitė", "r")).toBe("RŽ");
    expect(initials("ada", "x")).toBe("A");
    expect(initials("  ", "zed")).toBe("Z");
    expect(initials("🦊 Fox", "f")).toBe("🦊F");
  });
});
