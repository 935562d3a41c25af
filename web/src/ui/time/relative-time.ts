import { deviceHourCycle } from "./hour-cycle.ts";

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;
const RELATIVE_FOR_S = 7 * DAY_S;
const JUST_NOW_S = 45;

/**
 * "now", "5 min. ago", "3 hr. ago" or "2 d. ago" within a week; after that a date, with the year unless it is
 * the current one.
 */
export function relativeTime(iso: string, nowMs: number, locale: string, nowText: string): string {
  const thenMs = Date.parse(iso);
  const seconds = Math.round((nowMs - thenMs) / 1000);
  // Times in the future come from clocks that differ, and count as now.
  if (seconds < JUST_NOW_S) return nowText;
  if (seconds < RELATIVE_FOR_S) {
    const format = new Intl.RelativeTimeFormat(locale, { style: "narrow", numeric: "always" });
    if (seconds < HOUR_S) return format.format(-Math.max(1, Math.round(seconds / MINUTE_S)), "minute");
    if (seconds < DAY_S) return format.format(-Math.floor(seconds / HOUR_S), "hour");
    return format.format(-Math.floor(seconds / DAY_S), "day");
  }
  const then = new Date(thenMs);
  const sameYear = then.getFullYear() === new Date(nowMs).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(then);
}

/** Date and time in full, such as "21 March 2026 at 14:05". */
export function exactTime(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    dateStyle: "long",
    timeStyle: "short",
    hourCycle: deviceHourCycle(),
  }).format(new Date(iso));
}
