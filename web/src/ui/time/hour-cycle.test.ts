import { expect, test } from "vitest";
import { clockOptions, deviceHourCycle } from "./hour-cycle.ts";

const clock = (locale: string, device: string) =>
  new Intl.DateTimeFormat(locale, clockOptions(deviceHourCycle(device)))
    .format(new Date(2026, 10, 20, 3, 9))
    .replaceAll("\u202f", " ");

test.each([
  ["en", "lt-LT", "03:09"],
  ["en", "en-GB", "03:09"],
  ["en-US", "en-US", "3:09 AM"],
  ["lt", "lt-LT", "03:09"],
  ["en", "de-DE", "03:09"],
])("in %s on a device of %s it is %s", (locale, device, written) => {
  expect(clock(locale, device)).toBe(written);
});

test("midnight is 00, not 24", () => {
  const midnight = new Intl.DateTimeFormat("en", clockOptions("h23")).format(new Date(2026, 10, 20, 0, 5));
  expect(midnight).toBe("00:05");
});
