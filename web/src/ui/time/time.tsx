import { useSyncExternalStore } from "react";
import { useLocale, useT } from "../../i18n/index.ts";
import { exactTime, relativeTime } from "./relative-time.ts";

const TICK_MS = 30_000;

// One timer for all relative times on the screen, running while there is one.
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** A relative time such as "5 min. ago", updated every 30 seconds. Null when there is no time. */
export function useRelativeTime(iso: string | null): string | null {
  useSyncExternalStore(subscribe, () => now);
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
