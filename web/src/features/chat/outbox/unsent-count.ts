/**
 * The number of messages that are stored only on this device, in localStorage. Pages without chat read it
 * to decide whether to load the outbox; the sign-out dialog reads it to warn about messages that would be
 * lost.
 */
import { useSyncExternalStore } from "react";
import { createSubscribers } from "../../../api/create-store.ts";
import { useMe } from "../../session/session.queries.ts";

const PREFIX = "plaza.unsent.";

const { subscribe, notify } = createSubscribers((onChange) => {
  // The `storage` event fires for writes of other tabs.
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

/** Called by the outbox only. */
export function writeUnsentCount(accountId: string, count: number): void {
  if (readUnsentCount(accountId) === count) return;
  try {
    if (count > 0) localStorage.setItem(PREFIX + accountId, String(count));
    else localStorage.removeItem(PREFIX + accountId);
  } catch {
    // Without storage the outbox is lost with the tab as well.
  }
  notify();
}

/** The number of unsent messages of the signed-in account. Signing out deletes them. */
export function useUnsentCount(): number {
  const meId = useMe()?.id ?? null;
  return useSyncExternalStore(subscribe, () => readUnsentCount(meId));
}
