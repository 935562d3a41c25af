/**
 * The number of messages that only this device has, in localStorage. A page without chat reads it to decide
 * whether to load the outbox, and the sign-out dialog to warn.
 */
import { useSyncExternalStore } from "react";
import { createSubscribers } from "../../../api/create-store.ts";
import { useMe } from "../../session/session.queries.ts";

const PREFIX = "plaza.unsent.";

const { subscribe, notify } = createSubscribers((onChange) => {
  // Fires for what other tabs write.
  window.addEventListener("storage", onChange);
  return () => window.removeEventListener("storage", onChange);
});

export function readUnsentCount(accountId: string | null): number {
  if (!accountId) return 0;
  try {
    return Number(localStorage.getItem(PREFIX + accountId) ?? 0) || 0;
  } catch {
    return 0;
  }
}

/** For the outbox. */
export function writeUnsentCount(accountId: string, count: number): void {
  if (readUnsentCount(accountId) === count) return;
  try {
    if (count > 0) localStorage.setItem(PREFIX + accountId, String(count));
    else localStorage.removeItem(PREFIX + accountId);
  } catch {
    // Without storage the outbox does not survive the tab either.
  }
  notify();
}

/** How many messages of the signed-in account are not sent yet. Signing out deletes them. */
export function useUnsentCount(): number {
  const meId = useMe()?.id ?? null;
  return useSyncExternalStore(subscribe, () => readUnsentCount(meId));
}
