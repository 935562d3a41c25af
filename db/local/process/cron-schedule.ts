/** Whether a cron expression of five fields, in UTC and with Cloudflare's weekdays, matches this minute. */
export function isDue(expression: string, at: Date): boolean {
  const [minute, hour, day, month, weekday, ...rest] = expression.trim().split(/\s+/);
  if (!minute || !hour || !day || !month || !weekday || rest.length > 0) {
    throw new Error(`"${expression}" is not a cron expression of five fields.`);
  }
  const isDay = matches(day, at.getUTCDate(), 1, 31);
  // Cloudflare counts weekdays from Sunday = 1.
  const isWeekday = matches(weekday, at.getUTCDay() + 1, 1, 7);
  // As in other crons: when both day fields are restricted, one match is enough.
  const isRightDay = day !== "*" && weekday !== "*" ? isDay || isWeekday : isDay && isWeekday;
  return (
    isRightDay &&
    matches(minute, at.getUTCMinutes(), 0, 59) &&
    matches(hour, at.getUTCHours(), 0, 23) &&
    matches(month, at.getUTCMonth() + 1, 1, 12)
  );
}

function matches(field: string, value: number, lowest: number, highest: number): boolean {
  return field.split(",").some((part) => {
    const [range = "", step = "1"] = part.split("/");
    const [from = "", to] = range.split("-");
    const first = range === "*" ? lowest : Number(from);
    const last = range === "*" || (to === undefined && part.includes("/")) ? highest : Number(to ?? from);
    const every = Number(step);
    if (![first, last, every].every(Number.isInteger) || every < 1)
      throw new Error(`invalid cron field "${field}"`);
    return value >= first && value <= last && (value - first) % every === 0;
  });
}
