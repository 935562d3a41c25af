/**
 * The outbox with the browser's dependencies: IndexedDB, Web Locks, a BroadcastChannel to the other tabs,
 * and page events.
 */
import { signedInAccountId } from "../../../api/account.ts";
import { indexedDbStore } from "./indexed-db-store.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { OutboxDeps } from "./outbox.types.ts";
import { writeUnsentCount } from "./unsent-count.ts";

const NAME = "plaza.outbox";

const channelName = (accountId: string) => `${NAME}.${accountId}`;

/** Without Web Locks (a page without TLS) two tabs may send the same message; the server stores it once. */
async function exclusive(name: string, run: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return await run();
  await navigator.locks.request(`${NAME}.${name}`, run);
}

export interface BrowserOutbox {
  outbox: Outbox;
  /** Stops sending and removes the listeners; the stored messages stay. */
  dispose(): void;
}

export function createBrowserOutbox({
  accountId,
  send,
  onAcked,
}: Pick<OutboxDeps, "accountId" | "send" | "onAcked">): BrowserOutbox {
  const tabs = new BroadcastChannel(channelName(accountId));
  let isDisposed = false;
  const outbox = createOutbox({
    accountId,
    store: indexedDbStore(),
    exclusive,
    send,
    isOwnSession: () => signedInAccountId() === accountId,
    isOnline: () => navigator.onLine,
    now: () => Date.now(),
    random: Math.random,
    setTimer: (run, ms) => setTimeout(run, ms),
    clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    notifyTabs: () => {
      if (!isDisposed) tabs.postMessage(null);
    },
    onAcked,
    // After sign-out `deleteUnsent` writes the count.
    onCount: (count) => {
      if (!isDisposed) writeUnsentCount(accountId, count);
    },
  });
  tabs.onmessage = () => void outbox.onStoreChanged();
  const wake = () => void outbox.wake();
  const wakeIfVisible = () => {
    if (document.visibilityState === "visible") wake();
  };
  window.addEventListener("online", wake);
  window.addEventListener("pageshow", wakeIfVisible);
  document.addEventListener("visibilitychange", wakeIfVisible);
  return {
    outbox,
    dispose() {
      isDisposed = true;
      outbox.stop();
      tabs.close();
      window.removeEventListener("online", wake);
      window.removeEventListener("pageshow", wakeIfVisible);
      document.removeEventListener("visibilitychange", wakeIfVisible);
    },
  };
}

/** Deletes the unsent messages of an account that has signed out, in all tabs. */
export async function deleteUnsent(accountId: string): Promise<void> {
  await indexedDbStore()
    .clear(accountId)
    .catch(() => {});
  writeUnsentCount(accountId, 0);
  const tabs = new BroadcastChannel(channelName(accountId));
  tabs.postMessage(null);
  tabs.close();
}
