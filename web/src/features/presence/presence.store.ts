/**
 * Who of those that are shown somewhere on this tab is online. Everything that is shown asks through one set, which is told to
 * the account's room as a whole; the room answers with everybody's state and tells every change.
 */
import { IDS_MAX } from "../../../../party/protocol/limits.ts";
import type { Presence, PresenceOf } from "../../realtime/views.ts";

/** People who come and go within this time are asked about at once; a list that scrolls stays within what a socket may say. */
export const WATCH_AFTER_MS = 200;
/** Without a socket the same is asked by request, this often. */
export const ASK_AGAIN_MS = 30_000;

export interface PresenceStoreDeps {
  /** Tells the room the whole set; false when no socket is up. */
  watch(ids: readonly string[]): boolean;
  /** The same by request. */
  query(ids: readonly string[]): Promise<Record<string, Presence>>;
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
}

export interface PresenceStore {
  /** Shows these people until the answered function is called. */
  show(ids: readonly string[]): () => void;
  /** Undefined while it is not known. */
  get(id: string): Presence | undefined;
  /** The room told of people. */
  hear(people: readonly PresenceOf[]): void;
  /** A new socket: the room knows nothing of this tab yet. */
  welcome(): void;
  /** Another account sees others: nothing of before holds. */
  forget(): void;
  subscribe(listener: () => void): () => void;
}

export function createPresenceStore(deps: PresenceStoreDeps): PresenceStore {
  /** How often each is shown; the order is that of first showing. */
  const shown = new Map<string, number>();
  const known = new Map<string, Presence>();
  const listeners = new Set<() => void>();
  let told = "";
  let timer: unknown = null;
  let again: unknown = null;
  let asking = 0;

  function changed(): void {
    for (const listener of listeners) listener();
  }

  function stopAsking(): void {
    asking += 1;
    if (again !== null) deps.clearTimer(again);
    again = null;
  }

  function tell(): void {
    // Nobody tells of those who are not watched: what was known of them grows old.
    for (const id of known.keys()) if (!shown.has(id)) known.delete(id);
    // Of too many those that came last are on the screen.
    const ids = [...shown.keys()].slice(-IDS_MAX);
    const set = ids.toSorted().join();
    if (set === told) return;
    if (deps.watch(ids)) {
      told = set;
      stopAsking();
    } else {
      told = "";
      void ask(ids);
    }
  }

  async function ask(ids: readonly string[]): Promise<void> {
    stopAsking();
    const mine = asking;
    if (ids.length === 0) return;
    try {
      const answer = await deps.query(ids);
      if (mine !== asking) return;
      hear(Object.entries(answer).map(([userId, presence]) => ({ userId, ...presence })));
    } catch {
      if (mine !== asking) return;
    }
    again = deps.setTimer(tell, ASK_AGAIN_MS);
  }

  function tellSoon(): void {
    if (timer !== null) return;
    timer = deps.setTimer(() => {
      timer = null;
      tell();
    }, WATCH_AFTER_MS);
  }

  function hear(people: readonly PresenceOf[]): void {
    for (const { userId, isOnline, lastSeenAt } of people) {
      if (shown.has(userId)) known.set(userId, { isOnline, lastSeenAt: lastSeenAt ?? null });
    }
    changed();
  }

  return {
    show(ids) {
      for (const id of ids) shown.set(id, (shown.get(id) ?? 0) + 1);
      tellSoon();
      return () => {
        for (const id of ids) {
          const left = (shown.get(id) ?? 1) - 1;
          if (left > 0) shown.set(id, left);
          else shown.delete(id);
        }
        tellSoon();
      };
    },
    get: (id) => known.get(id),
    hear,
    welcome() {
      told = "";
      if (shown.size > 0) tellSoon();
    },
    forget() {
      known.clear();
      told = "";
      stopAsking();
      changed();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
