/** The delay before a retry: exponential, capped, with full jitter, so that many clients do not reconnect at once. */

export const BACKOFF_BASE_MS = 500;
export const BACKOFF_CAP_MS = 20_000;

/**
 * The delay in milliseconds before retry number `attempt` (0 is the first).
 * Full jitter (AWS Architecture Blog, "Exponential Backoff and Jitter"): a uniform draw from 0 to the ceiling.
 */
export function backoffDelayMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(attempt, 16));
  return Math.floor(random() * ceiling);
}
