import { useEffect, useState } from "react";

const MINUTE_MS = 60_000;
const LOOK_EVERY_MS = 10_000;

/** Full minutes until then, at least 1, kept true while shown; null for no time. */
export function useMinutesLeft(iso: string | null): number | null {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return iso === null ? null : Math.max(1, Math.ceil((Date.parse(iso) - now) / MINUTE_MS));
}
