/**
 * Whether times are shown in 12 or 24 hours depends on the device's region, not on the language of the page.
 */

/** The hour cycle of the device's own locale. Tests pass another one. */
export function deviceHourCycle(locale?: string): "h12" | "h23" {
  const { hourCycle } = new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions();
  return hourCycle === "h11" || hourCycle === "h12" ? "h12" : "h23";
}

/** Format options for hours and minutes: "2:05 PM", or with two digits "03:19". */
export function clockOptions(hourCycle = deviceHourCycle()): Intl.DateTimeFormatOptions {
  return { hourCycle, hour: hourCycle === "h23" ? "2-digit" : "numeric", minute: "2-digit" };
}
