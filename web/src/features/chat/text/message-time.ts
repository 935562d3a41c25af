import type { Chat } from "../../../i18n/en/chat.ts";
import { clockOptions } from "../../../ui/time/hour-cycle.ts";

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${name}`;
  let found = formats.get(key);
  if (!found) {
    // The page's language with the reader's region: 20 November in Britain, November 20 in America.
    const region = navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${locale}-`));
    found = new Intl.DateTimeFormat(region ?? locale, options);
    formats.set(key, found);
  }
  return found;
}

/** The day in the reader's time zone as a comparable key, not zero-padded: "2026-11-20", "2026-1-5". */
export function localDay(iso: string): string {
  const date = new Date(iso);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** "14:05". */
export function clockTime(iso: string, locale: string): string {
  return format(locale, "clock", clockOptions()).format(new Date(iso));
}

/** The time, with its day when that is not today: "14:05", "18 Nov, 14:05". */
export function dayAndTime(iso: string, locale: string, nowMs: number): string {
  if (localDay(iso) === localDay(new Date(nowMs).toISOString())) return clockTime(iso, locale);
  return format(locale, "moment", {
    day: "numeric",
    month: "short",
    ...clockOptions(),
  }).format(new Date(iso));
}

/** "Today", "Yesterday", "Tuesday 18 November", with the year when it is another one. */
export function dayName(iso: string, locale: string, nowMs: number, t: Chat): string {
  const day = localDay(iso);
  if (day === localDay(new Date(nowMs).toISOString())) return t.today;
  if (day === localDay(new Date(nowMs - DAY_MS).toISOString())) return t.yesterday;
  const isThisYear = new Date(iso).getFullYear() === new Date(nowMs).getFullYear();
  return format(locale, isThisYear ? "day" : "far", {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(isThisYear ? {} : { year: "numeric" }),
  }).format(new Date(iso));
}
