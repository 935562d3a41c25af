import { useEffect, useState } from "react";

const MINUTE_MS = 60_000;
const UPDATE_INTERVAL_MS = 10_000;

/**
 * The minutes until a time, rounded up and at least 1, updated every 10 seconds; null when there is no time.
 */
export function useMinutesLeft(iso: string | null): number | null {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), UPDATE_INTERVAL_MS);
    return () => clearInterval(timer);
  }, []);
  return iso === null ? null : Math.max(1, Math.ceil((Date.parse(iso) - now) / MINUTE_MS));
}
