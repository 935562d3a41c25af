/**
 * Whether words wait on this device that the server does not have: a count beside the outbox, so that a page without chat knows
 * whether to load the outbox, and a warning can be given before signing out.
 */
import { useSyncExternalStore } from "react";
import { useMe } from "../../session/session.queries.ts";

const PREFIX = "plaza.unsent.";
const DRAFT_PREFIX = "plaza.draft.chat.";
const listeners = new Set<() => void>();

function readCount(accountId: string | null): number {
  if (!accountId) return 0;
  try {
    return Number(localStorage.getItem(PREFIX + accountId) ?? 0) || 0;
  } catch {
    return 0;
  }
}

/** For the outbox: this many of the account's messages are on this device and nowhere else. */
export function noteUnsent(accountId: string, count: number): void {
  if (readCount(accountId) === count) return;
  try {
    if (count > 0) localStorage.setItem(PREFIX + accountId, String(count));
    else localStorage.removeItem(PREFIX + accountId);
  } catch {
    // Without storage the outbox does not survive the tab either.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // What other tabs write.
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

/** How many messages of this account are not sent yet. Signing out forgets them. */
export function useUnsentCount(): number {
  const meId = useMe()?.id ?? null;
  return useSyncExternalStore(subscribe, () => readCount(meId));
}

/** After a start: gives out what an earlier tab left behind. Loads nothing when nothing was left. */
export async function sendLeftovers(accountId: string): Promise<void> {
  if (readCount(accountId) === 0) return;
  const { outboxOf } = await import("./browser-outbox.ts");
  await outboxOf(accountId).wake();
}

/** The name under which a conversation's composer keeps its words. */
export function chatDraft(accountId: string, conversationId: string): string {
  return `chat.${accountId}.${conversationId}`;
}

/** On signing out: an account leaves no words on this device. */
export async function forgetWords(accountId: string): Promise<void> {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`${DRAFT_PREFIX}${accountId}.`)) localStorage.removeItem(key);
    }
  } catch {
    // Nothing was kept.
  }
  if (readCount(accountId) === 0) return;
  const { outboxOf } = await import("./browser-outbox.ts");
  await outboxOf(accountId).clear();
}
