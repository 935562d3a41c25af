import { expect, test } from "vitest";
import { isDue } from "./cron-schedule.ts";

const at = (iso: string) => new Date(iso);

test("five stars match every minute", () => {
  expect(isDue("* * * * *", at("2026-11-20T00:00:00Z"))).toBe(true);
  expect(isDue("* * * * *", at("2026-02-28T23:59:59Z"))).toBe(true);
});

test("a nightly cron matches one minute of the day", () => {
  expect(isDue("17 3 * * *", at("2026-11-20T03:17:30Z"))).toBe(true);
  expect(isDue("17 3 * * *", at("2026-11-20T03:18:00Z"))).toBe(false);
  expect(isDue("17 3 * * *", at("2026-11-20T15:17:00Z"))).toBe(false);
});

test("steps, lists and ranges match", () => {
  expect(isDue("*/15 * * * *", at("2026-11-20T08:45:00Z"))).toBe(true);
  expect(isDue("*/15 * * * *", at("2026-11-20T08:46:00Z"))).toBe(false);
  expect(isDue("0 8-10,20 * * *", at("2026-11-20T20:00:00Z"))).toBe(true);
  expect(isDue("5/20 * * * *", at("2026-11-20T20:25:00Z"))).toBe(true);
});

test("Sunday is day 1, as on Cloudflare", () => {
  expect(isDue("0 0 * * 1", at("2026-11-22T00:00:00Z"))).toBe(true);
  expect(isDue("0 0 * * 1", at("2026-11-23T00:00:00Z"))).toBe(false);
});

test("an invalid expression throws", () => {
  expect(() => isDue("every minute", at("2026-11-20T00:00:00Z"))).toThrow();
  expect(() => isDue("x * * * *", at("2026-11-20T00:00:00Z"))).toThrow();
});
