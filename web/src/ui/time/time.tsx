import { useSyncExternalStore } from "react";
import { createSubscribers } from "../../api/create-store.ts";
import { useLocale, useT } from "../../i18n/index.ts";
import { exactTime, relativeTime } from "./relative-time.ts";

const TICK_MS = 30_000;

// One timer for all relative times on the screen, running while there is one.
let now = Date.now();
const clock = createSubscribers((notify) => {
  const timer = setInterval(() => {
    now = Date.now();
    notify();
  }, TICK_MS);
  return () => clearInterval(timer);
});

/** A relative time such as "5 min. ago", updated every 30 seconds. Null when there is no time. */
export function useRelativeTime(iso: string | null): string | null {
  useSyncExternalStore(clock.subscribe, () => now);
  const locale = useLocale();
  const t = useT();
  return iso === null ? null : relativeTime(iso, Date.now(), locale, t.common.now);
}

/** A relative time that updates itself, with the exact time as a tooltip. */
export function RelativeTime({ iso, className }: { iso: string; className?: string }) {
  const locale = useLocale();
  return (
    <time dateTime={iso} title={exactTime(iso, locale)} className={className}>
      {useRelativeTime(iso)}
    </time>
  );
}
