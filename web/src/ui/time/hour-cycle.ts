/** Twelve hours or twenty-four is a habit of where one lives, not of the page's language: the device says which. */

/** Of this device's own locale; `locale` only in tests. */
export function deviceHourCycle(locale?: string): "h12" | "h23" {
  const { hourCycle } = new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions();
  return hourCycle === "h11" || hourCycle === "h12" ? "h12" : "h23";
}

/** How a clock's hours and minutes are written: "2:05 PM", or always two digits, "03:19". */
export function clockOptions(hourCycle = deviceHourCycle()): Intl.DateTimeFormatOptions {
  return { hourCycle, hour: hourCycle === "h23" ? "2-digit" : "numeric", minute: "2-digit" };
}
