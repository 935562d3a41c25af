/**
 * The outbox: every message is written down before its first try, tried until the server has it or refuses it, and given in
 * the order in which it was written. Exactly once, because the server knows it by its client id.
 *
 * Of several tabs one gives out a conversation's messages at a time (`exclusive`), all of them in the order of writing,
 * whichever tab they were written in. The next one finds what is left in the store: nothing, or what a tab that died left.
 */
import { ApiError, isTransient } from "../../../api/api-error.ts";
import { backoffDelayMs } from "../../../realtime/backoff.ts";
import type { OutboxDeps, OutboxEntry } from "./outbox.types.ts";

/** Refusals that pass by themselves; a wait helps. */
const PASSING: ReadonlySet<string> = new Set(["UNAVAILABLE", "RATE_LIMITED"]);
/** Refusals of the session, not of the message: it waits for its account to come back. */
const SIGNED_OUT: ReadonlySet<string> = new Set(["UNAUTHENTICATED", "SESSION_EXPIRED"]);
/** A server that answers is asked again no sooner than this. */
const LEAST_WAIT_MS = 1_000;

export interface Outbox {
  /** Shows it at once, writes it down, gives it out. Resolves when it is written down. */
  add(message: Pick<OutboxEntry, "clientId" | "conversationId" | "body" | "replyTo">): Promise<void>;
  retry(clientId: string): Promise<void>;
  discard(clientId: string): Promise<void>;
  /** The server has these: heard by another way than the answer. */
  confirm(clientIds: readonly string[]): void;
  /** Reads what was left behind and gives it out; also when the network or a connection came back. */
  wake(): Promise<void>;
  /** Another tab changed the store. */
  hearTabs(): Promise<void>;
  /** Forgets everything of this account, for good. */
  clear(): Promise<void>;
  /** Stops trying; what is kept stays kept. */
  stop(): void;
  /** A conversation's entries in order; the same array until one of them changes. */
  entriesOf(conversationId: string): readonly OutboxEntry[];
  subscribe(listener: () => void): () => void;
}

interface Lane {
  isDraining: boolean;
  /** Something came while draining: look once more before leaving. */
  isAsked: boolean;
  failures: number;
  timer: unknown;
}

const NONE: readonly OutboxEntry[] = [];

export function createOutbox(deps: OutboxDeps): Outbox {
  const { accountId, store } = deps;
  let entries = new Map<string, OutboxEntry>();
  let byConversation = new Map<string, readonly OutboxEntry[]>();
  /** Added here and not in the store: being written, or refused by it. Reading the store must not hide them. */
  const unwritten = new Set<string>();
  const lanes = new Map<string, Lane>();
  const listeners = new Set<() => void>();
  let lastAt = 0;
  /** Grows with what this tab changes: a reading that began before it is out of date. */
  let changes = 0;
  let isStopped = false;

  function show(next: Map<string, OutboxEntry>): void {
    entries = next;
    const sorted = [...next.values()].sort(
      (a, b) => a.createdAt - b.createdAt || (a.clientId < b.clientId ? -1 : 1),
    );
    byConversation = Map.groupBy(sorted, (entry) => entry.conversationId);
    deps.onCount(next.size);
    for (const listener of listeners) listener();
  }

  function showOne(entry: OutboxEntry): void {
    changes += 1;
    show(new Map(entries).set(entry.clientId, entry));
  }

  function hide(clientIds: readonly string[]): void {
    changes += 1;
    const next = new Map(entries);
    for (const id of clientIds) next.delete(id);
    if (next.size !== entries.size) show(next);
  }

  /** What the store has, and what is on its way into it. Without a store, what this tab remembers. */
  async function read(): Promise<void> {
    let kept: OutboxEntry[];
    let seen: number;
    do {
      seen = changes;
      try {
        kept = await store.all(accountId);
      } catch {
        return;
      }
      if (isStopped) return;
    } while (seen !== changes);
    const next = new Map(kept.map((entry) => [entry.clientId, entry]));
    for (const id of unwritten) {
      const entry = entries.get(id);
      if (entry) next.set(id, entry);
    }
    show(next);
  }

  const isSendable = (entry: OutboxEntry) => entry.state !== "failed";

  function laneOf(conversationId: string): Lane {
    const lane = lanes.get(conversationId) ?? { isDraining: false, isAsked: false, failures: 0, timer: null };
    lanes.set(conversationId, lane);
    return lane;
  }

  function disarm(lane: Lane): void {
    if (lane.timer !== null) deps.clearTimer(lane.timer);
    lane.timer = null;
  }

  function tryLater(conversationId: string, leastMs = 0): void {
    const lane = laneOf(conversationId);
    if (lane.timer !== null || isStopped) return;
    const wait = Math.max(leastMs, LEAST_WAIT_MS, backoffDelayMs(lane.failures + 2, deps.random));
    lane.failures += 1;
    lane.timer = deps.setTimer(() => {
      lane.timer = null;
      void drain(conversationId);
    }, wait);
  }

  /** Gives out one conversation's messages, one after another. Never rejects. */
  async function drain(conversationId: string): Promise<void> {
    const lane = laneOf(conversationId);
    if (lane.isDraining) {
      lane.isAsked = true;
      return;
    }
    lane.isDraining = true;
    disarm(lane);
    try {
      do {
        lane.isAsked = false;
        await deps.exclusive(conversationId, () => giveOut(conversationId));
      } while (lane.isAsked && lane.timer === null && !isStopped);
    } catch {
      tryLater(conversationId);
    } finally {
      lane.isDraining = false;
    }
  }

  async function giveOut(conversationId: string): Promise<void> {
    // Another tab may have given some of it out, or added to it, while this one waited for its turn. What is being
    // written is written when this reading is done: a store answers in order.
    await read();
    for (;;) {
      const entry = (byConversation.get(conversationId) ?? NONE).find(isSendable);
      if (!entry || isStopped || !deps.isOwnSession()) return;
      if (!(await giveOne(entry))) return;
      await read();
    }
  }

  /** True when the next one may go. */
  async function giveOne(entry: OutboxEntry): Promise<boolean> {
    try {
      const ack = await deps.send(entry);
      laneOf(entry.conversationId).failures = 0;
      deps.onAcked(entry, ack);
      await forget([entry.clientId]);
      return true;
    } catch (error) {
      const code = error instanceof ApiError ? error.code : "UNKNOWN";
      const isPassing = isTransient(error) || PASSING.has(code) || SIGNED_OUT.has(code);
      if (!isPassing) {
        await change(entry.clientId, { state: "failed", code });
        return true;
      }
      for (const { clientId, state } of byConversation.get(entry.conversationId) ?? NONE) {
        if (state === "sending") await change(clientId, { state: "waiting" });
      }
      const waitS = error instanceof ApiError ? error.retryAfterS : null;
      if (!SIGNED_OUT.has(code)) tryLater(entry.conversationId, (waitS ?? 0) * 1_000);
      return false;
    }
  }

  async function change(clientId: string, values: Partial<OutboxEntry>): Promise<void> {
    const entry = entries.get(clientId);
    if (!entry) return;
    const isNews = Object.entries(values).some(([key, value]) => entry[key as keyof OutboxEntry] !== value);
    if (!isNews) return;
    showOne({ ...entry, ...values });
    await store.change(clientId, values).catch(() => {});
    deps.tellTabs();
  }

  async function forget(clientIds: readonly string[]): Promise<void> {
    hide(clientIds);
    for (const id of clientIds) unwritten.delete(id);
    await store.remove(clientIds).catch(() => {});
    deps.tellTabs();
  }

  function drainAll(isWanted: (entry: OutboxEntry) => boolean): void {
    const waiting = [...entries.values()].filter(isWanted).map((entry) => entry.conversationId);
    for (const conversationId of new Set(waiting)) void drain(conversationId);
  }

  return {
    async add({ clientId, conversationId, body, replyTo }) {
      lastAt = Math.max(deps.now(), lastAt + 1);
      const message = { clientId, conversationId, body, replyTo };
      const entry: OutboxEntry = { ...message, accountId, createdAt: lastAt, state: "sending", code: null };
      unwritten.add(clientId);
      showOne(entry);
      try {
        await store.put(entry);
        unwritten.delete(clientId);
      } catch {
        // Without storage it lives as long as this tab.
      }
      // Only now: "will send" is a promise, and the tab may be closed on it.
      const isBackingOff = lanes.get(conversationId)?.timer != null;
      if (!deps.isOnline() || isBackingOff) await change(clientId, { state: "waiting" });
      deps.tellTabs();
      void drain(conversationId);
    },
    async retry(clientId) {
      const entry = entries.get(clientId);
      if (!entry) return;
      lastAt = Math.max(deps.now(), lastAt + 1);
      await change(clientId, { state: "sending", code: null, createdAt: lastAt });
      void drain(entry.conversationId);
    },
    async discard(clientId) {
      await forget([clientId]);
    },
    confirm(clientIds) {
      const known = clientIds.filter((id) => entries.has(id));
      if (known.length > 0) void forget(known);
    },
    async wake() {
      await read();
      for (const lane of lanes.values()) {
        disarm(lane);
        lane.failures = 0;
      }
      drainAll(isSendable);
    },
    async hearTabs() {
      await read();
      // What is on its way there is given out here if that tab dies; what failed there waits here too.
      drainAll((entry) => entry.state === "sending");
      for (const entry of entries.values()) {
        if (entry.state === "waiting") tryLater(entry.conversationId);
      }
    },
    async clear() {
      unwritten.clear();
      show(new Map());
      await store.clear(accountId).catch(() => {});
      deps.tellTabs();
    },
    stop() {
      isStopped = true;
      for (const lane of lanes.values()) disarm(lane);
    },
    entriesOf: (conversationId) => byConversation.get(conversationId) ?? NONE,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
