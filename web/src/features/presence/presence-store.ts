/**
 * The presence of the people shown in this tab. Components subscribe to people; the store sends the account's
 * room one subscription with all of them, and the room answers with their presence and every change. While no
 * socket is open, the store polls by request instead.
 */
import { IDS_MAX } from "../../../../party/protocol/limits.ts";
import { createSubscribers } from "../../api/create-store.ts";
import type { Presence, PresenceOf } from "../../realtime/views.ts";

/**
 * Changes within this time become one command, so that a scrolling list stays below the socket's rate limit.
 */
export const SUBSCRIBE_DELAY_MS = 200;
/** The interval of the polling while no socket is open. */
export const POLL_INTERVAL_MS = 30_000;

export interface PresenceStoreDeps {
  /** Replaces the subscription of this tab by these people; false when no socket is open. */
  sendSubscription(ids: readonly string[]): boolean;
  /** Loads the presence of these people by request. */
  query(ids: readonly string[]): Promise<Record<string, Presence>>;
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
}

export interface PresenceStore {
  /** Subscribes to these people until the returned function is called. */
  subscribeTo(ids: readonly string[]): () => void;
  /** The presence of a person; undefined while it is unknown. */
  get(id: string): Presence | undefined;
  /** Stores the presence of people as the room sent it. */
  receive(people: readonly PresenceOf[]): void;
  /** A new socket is open, on which the room has no subscription yet. */
  connected(): void;
  /** Deletes what is known: another account may see the presence of other people. */
  reset(): void;
  /** Calls the listener on every change. */
  onChange(listener: () => void): () => void;
}

/** Creates the presence store of one tab. */
export function createPresenceStore(deps: PresenceStoreDeps): PresenceStore {
  /** The number of subscribers per person, in the order of the first subscription. */
  const subscribers = new Map<string, number>();
  const known = new Map<string, Presence>();
  const { subscribe, notify } = createSubscribers();
  /** The sorted ids of the subscription that the room has; "" when it has none. */
  let sentIds = "";
  let sendTimer: unknown = null;
  let pollTimer: unknown = null;
  /** Increased to ignore the response of an earlier request. */
  let pollGeneration = 0;

  function stopPolling(): void {
    pollGeneration += 1;
    if (pollTimer !== null) deps.clearTimer(pollTimer);
    pollTimer = null;
  }

  function sendOrPoll(): void {
    // The room sends no changes of people without a subscription, so what is known of them becomes outdated.
    for (const id of known.keys()) if (!subscribers.has(id)) known.delete(id);
    // Above the limit, the people that were subscribed last are the ones on the screen.
    const ids = [...subscribers.keys()].slice(-IDS_MAX);
    const sorted = ids.toSorted().join();
    if (sorted === sentIds) return;
    if (deps.sendSubscription(ids)) {
      sentIds = sorted;
      stopPolling();
    } else {
      sentIds = "";
      void poll(ids);
    }
  }

  async function poll(ids: readonly string[]): Promise<void> {
    stopPolling();
    const generation = pollGeneration;
    if (ids.length === 0) return;
    try {
      const response = await deps.query(ids);
      if (generation !== pollGeneration) return;
      receive(Object.entries(response).map(([userId, presence]) => ({ userId, ...presence })));
    } catch {
      if (generation !== pollGeneration) return;
    }
    pollTimer = deps.setTimer(sendOrPoll, POLL_INTERVAL_MS);
  }

  function scheduleSend(): void {
    if (sendTimer !== null) return;
    sendTimer = deps.setTimer(() => {
      sendTimer = null;
      sendOrPoll();
    }, SUBSCRIBE_DELAY_MS);
  }

  function receive(people: readonly PresenceOf[]): void {
    for (const { userId, isOnline, lastSeenAt } of people) {
      if (subscribers.has(userId)) known.set(userId, { isOnline, lastSeenAt: lastSeenAt ?? null });
    }
    notify();
  }

  return {
    subscribeTo(ids) {
      for (const id of ids) subscribers.set(id, (subscribers.get(id) ?? 0) + 1);
      scheduleSend();
      return () => {
        for (const id of ids) {
          const left = (subscribers.get(id) ?? 1) - 1;
          if (left > 0) subscribers.set(id, left);
          else subscribers.delete(id);
        }
        scheduleSend();
      };
    },
    get: (id) => known.get(id),
    receive,
    connected() {
      sentIds = "";
      if (subscribers.size > 0) scheduleSend();
    },
    reset() {
      known.clear();
      sentIds = "";
      stopPolling();
      notify();
    },
    onChange: subscribe,
  };
}
