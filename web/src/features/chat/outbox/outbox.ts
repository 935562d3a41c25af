/**
 * The outbox: each message is stored on this device before it is first sent, is retried until the server
 * accepts or refuses it, and is sent in the order of writing. The server deduplicates messages by client id,
 * so each is stored exactly once.
 *
 * All tabs of a browser share one store. One tab at a time sends a conversation's messages, under a lock
 * (`exclusive`), including those of other tabs. The next tab that gets the lock also sends the messages of a
 * closed tab.
 *
 * This file uses no browser API: its dependencies are injected (browser-outbox.ts).
 */
import { ApiError, isTransient } from "../../../api/api-error.ts";
import { createStore, type ReadableStore } from "../../../api/create-store.ts";
import { backoffDelayMs } from "../../../realtime/backoff.ts";
import type { OutboxDeps, OutboxEntry } from "./outbox.types.ts";

/** Error codes of temporary refusals: the message is retried. */
const TEMPORARY: ReadonlySet<string> = new Set(["UNAVAILABLE", "RATE_LIMITED"]);
/** Error codes that refuse the session, not the message: it waits until its account is signed in again. */
const SIGNED_OUT: ReadonlySet<string> = new Set(["UNAUTHENTICATED", "SESSION_EXPIRED"]);
/** The shortest wait before a retry. */
const RETRY_MIN_MS = 1_000;

/** By conversation id, oldest first. */
export type EntriesByConversation = ReadonlyMap<string, readonly OutboxEntry[]>;

/**
 * The outbox, readable as a store of the entries by conversation. An array stays the same until an entry
 * changes.
 */
export interface Outbox extends ReadableStore<EntriesByConversation> {
  /** Shows the message at once, stores it and starts sending. Resolves when it is stored. */
  add(message: Pick<OutboxEntry, "clientId" | "conversationId" | "body" | "replyTo">): Promise<void>;
  retry(clientId: string): Promise<void>;
  discard(clientId: string): Promise<void>;
  /** Removes messages that the server has, as an event or a fetched page has shown. */
  confirm(clientIds: readonly string[]): void;
  /**
   * Reads the store and sends its messages at once, without waiting for the backoff. Called after a start,
   * and when a connection is up again.
   */
  wake(): Promise<void>;
  /** Called when another tab has changed the store. */
  onStoreChanged(): Promise<void>;
  /** Deletes all messages of this account. */
  clear(): Promise<void>;
  /** Stops sending; the stored entries stay. */
  stop(): void;
  /** A conversation's entries, oldest first. */
  entriesOf(conversationId: string): readonly OutboxEntry[];
}

/** The state of sending one conversation's messages. */
interface SendQueue {
  isDraining: boolean;
  /** `drain` was called while it was running: it sends again before it ends. */
  isDrainRequested: boolean;
  failures: number;
  retryTimer: unknown;
}

const NONE: readonly OutboxEntry[] = [];

export function createOutbox(deps: OutboxDeps): Outbox {
  const { accountId, store } = deps;
  const shown = createStore<EntriesByConversation>(new Map());
  let entries: ReadonlyMap<string, OutboxEntry> = new Map();
  /**
   * Entries of this tab that are not in the store: the write is in progress or has failed. Reading the
   * store keeps them.
   */
  const unstored = new Set<string>();
  const queues = new Map<string, SendQueue>();
  let lastCreatedAt = 0;
  /** Counts this tab's changes: a result of reading the store from before a change is outdated. */
  let changes = 0;
  let isStopped = false;

  const entriesOf = (conversationId: string) => shown.get().get(conversationId) ?? NONE;

  function show(next: ReadonlyMap<string, OutboxEntry>): void {
    entries = next;
    const sorted = [...next.values()].sort(
      (a, b) => a.createdAt - b.createdAt || (a.clientId < b.clientId ? -1 : 1),
    );
    deps.onCount(next.size);
    shown.set(Map.groupBy(sorted, (entry) => entry.conversationId));
  }

  function showEntry(entry: OutboxEntry): void {
    changes += 1;
    show(new Map(entries).set(entry.clientId, entry));
  }

  function hideEntries(clientIds: readonly string[]): void {
    changes += 1;
    const next = new Map(entries);
    for (const id of clientIds) next.delete(id);
    if (next.size !== entries.size) show(next);
  }

  /**
   * Shows the stored entries and those being stored. Keeps the entries in memory when the store cannot be
   * read.
   */
  async function readStore(): Promise<void> {
    let stored: OutboxEntry[];
    let changesBefore: number;
    do {
      changesBefore = changes;
      try {
        stored = await store.all(accountId);
      } catch {
        return;
      }
      if (isStopped) return;
    } while (changesBefore !== changes);
    const next = new Map(stored.map((entry) => [entry.clientId, entry]));
    for (const id of unstored) {
      const entry = entries.get(id);
      if (entry) next.set(id, entry);
    }
    show(next);
  }

  const isSendable = (entry: OutboxEntry) => entry.state !== "failed";

  function queueOf(conversationId: string): SendQueue {
    const queue = queues.get(conversationId) ?? {
      isDraining: false,
      isDrainRequested: false,
      failures: 0,
      retryTimer: null,
    };
    queues.set(conversationId, queue);
    return queue;
  }

  function cancelRetry(queue: SendQueue): void {
    if (queue.retryTimer !== null) deps.clearTimer(queue.retryTimer);
    queue.retryTimer = null;
  }

  function scheduleRetry(conversationId: string, minMs = 0): void {
    const queue = queueOf(conversationId);
    if (queue.retryTimer !== null || isStopped) return;
    const wait = Math.max(minMs, RETRY_MIN_MS, backoffDelayMs(queue.failures + 2, deps.random));
    queue.failures += 1;
    queue.retryTimer = deps.setTimer(() => {
      queue.retryTimer = null;
      void drain(conversationId);
    }, wait);
  }

  /** Sends one conversation's messages, one after another. Never rejects. */
  async function drain(conversationId: string): Promise<void> {
    const queue = queueOf(conversationId);
    if (queue.isDraining) {
      queue.isDrainRequested = true;
      return;
    }
    queue.isDraining = true;
    cancelRetry(queue);
    try {
      do {
        queue.isDrainRequested = false;
        await deps.exclusive(conversationId, () => sendAll(conversationId));
      } while (queue.isDrainRequested && queue.retryTimer === null && !isStopped);
    } catch {
      scheduleRetry(conversationId);
    } finally {
      queue.isDraining = false;
    }
  }

  async function sendAll(conversationId: string): Promise<void> {
    // While this tab waited for the lock, another tab may have sent or added messages. IndexedDB runs in
    // order, so this tab's earlier writes are finished when this read is.
    await readStore();
    for (;;) {
      const entry = entriesOf(conversationId).find(isSendable);
      if (!entry || isStopped || !deps.isOwnSession()) return;
      if (!(await sendEntry(entry))) return;
      await readStore();
    }
  }

  /** Returns true when the next message may be sent. */
  async function sendEntry(entry: OutboxEntry): Promise<boolean> {
    try {
      const ack = await deps.send(entry);
      queueOf(entry.conversationId).failures = 0;
      deps.onAcked(entry, ack);
      await remove([entry.clientId]);
      return true;
    } catch (error) {
      const code = error instanceof ApiError ? error.code : "UNKNOWN";
      const isTemporary = isTransient(error) || TEMPORARY.has(code) || SIGNED_OUT.has(code);
      if (!isTemporary) {
        await change(entry.clientId, { state: "failed", code });
        return true;
      }
      for (const { clientId, state } of entriesOf(entry.conversationId)) {
        if (state === "sending") await change(clientId, { state: "waiting" });
      }
      const retryAfterS = error instanceof ApiError ? error.retryAfterS : null;
      if (!SIGNED_OUT.has(code)) scheduleRetry(entry.conversationId, (retryAfterS ?? 0) * 1_000);
      return false;
    }
  }

  async function change(clientId: string, values: Partial<OutboxEntry>): Promise<void> {
    const entry = entries.get(clientId);
    if (!entry) return;
    const isChanged = Object.entries(values).some(
      ([key, value]) => entry[key as keyof OutboxEntry] !== value,
    );
    if (!isChanged) return;
    showEntry({ ...entry, ...values });
    await store.change(clientId, values).catch(() => {});
    deps.notifyTabs();
  }

  async function remove(clientIds: readonly string[]): Promise<void> {
    hideEntries(clientIds);
    for (const id of clientIds) unstored.delete(id);
    await store.remove(clientIds).catch(() => {});
    deps.notifyTabs();
  }

  function drainAll(isWanted: (entry: OutboxEntry) => boolean): void {
    const waiting = [...entries.values()].filter(isWanted).map((entry) => entry.conversationId);
    for (const conversationId of new Set(waiting)) void drain(conversationId);
  }

  return {
    get: shown.get,
    subscribe: shown.subscribe,
    entriesOf,
    async add({ clientId, conversationId, body, replyTo }) {
      lastCreatedAt = Math.max(deps.now(), lastCreatedAt + 1);
      const message = { clientId, conversationId, body, replyTo };
      const entry: OutboxEntry = {
        ...message,
        accountId,
        createdAt: lastCreatedAt,
        state: "sending",
        code: null,
      };
      unstored.add(clientId);
      showEntry(entry);
      try {
        await store.put(entry);
        unstored.delete(clientId);
      } catch {
        // Without storage the entry lives as long as this tab.
      }
      // Only now: the state "waiting" tells the reader that the message is safe, so it must be stored first.
      const isBackingOff = queues.get(conversationId)?.retryTimer != null;
      if (!deps.isOnline() || isBackingOff) await change(clientId, { state: "waiting" });
      deps.notifyTabs();
      void drain(conversationId);
    },
    async retry(clientId) {
      const entry = entries.get(clientId);
      if (!entry) return;
      lastCreatedAt = Math.max(deps.now(), lastCreatedAt + 1);
      await change(clientId, { state: "sending", code: null, createdAt: lastCreatedAt });
      void drain(entry.conversationId);
    },
    async discard(clientId) {
      await remove([clientId]);
    },
    confirm(clientIds) {
      const known = clientIds.filter((id) => entries.has(id));
      if (known.length > 0) void remove(known);
    },
    async wake() {
      await readStore();
      for (const queue of queues.values()) {
        cancelRetry(queue);
        queue.failures = 0;
      }
      drainAll(isSendable);
    },
    async onStoreChanged() {
      await readStore();
      // Waits for the lock, so that this tab sends the other tab's messages if that tab closes. Messages that
      // failed in the other tab are retried here by this tab's own timer.
      drainAll((entry) => entry.state === "sending");
      for (const entry of entries.values()) {
        if (entry.state === "waiting") scheduleRetry(entry.conversationId);
      }
    },
    async clear() {
      unstored.clear();
      show(new Map());
      await store.clear(accountId).catch(() => {});
      deps.notifyTabs();
    },
    stop() {
      isStopped = true;
      for (const queue of queues.values()) cancelRetry(queue);
    },
  };
}
