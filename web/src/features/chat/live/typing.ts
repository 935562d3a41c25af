/** Typing indicators. Each expires by a timer, so that a lost `typing.stop` does not leave one shown. */
import { TYPING_MS } from "../../../../../party/protocol/limits.ts";
import { createStore, type ReadableStore } from "../../../api/create-store.ts";

/** The interval at which `typing.start` is sent again while the user types. */
export const TYPING_AGAIN_MS = 2_500;

interface Clock {
  now(): number;
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
}

/** The ids of typing members by conversation id. A conversation in which nobody types has no entry. */
export type TypingByConversation = ReadonlyMap<string, readonly string[]>;

export interface TypingStore extends ReadableStore<TypingByConversation> {
  setTyping(conversationId: string, userId: string, isTyping: boolean): void;
  /** Clears a conversation whose connection is lost, because its typing state is unknown. */
  clear(conversationId: string): void;
  /** The ids of the typing members; the same array until it changes. */
  of(conversationId: string): readonly string[];
  /** Stops all timers. */
  dispose(): void;
}

const NOBODY: readonly string[] = [];

export function createTypingStore(clock: Omit<Clock, "now">): TypingStore {
  const store = createStore<TypingByConversation>(new Map());
  const timers = new Map<string, unknown>();
  const of = (conversationId: string) => store.get().get(conversationId) ?? NOBODY;

  function setIds(conversationId: string, ids: readonly string[]): void {
    const next = new Map(store.get());
    if (ids.length > 0) next.set(conversationId, ids);
    else next.delete(conversationId);
    store.set(next);
  }

  function clearTimer(key: string): void {
    const timer = timers.get(key);
    if (timer !== undefined) clock.clearTimer(timer);
    timers.delete(key);
  }

  function end(conversationId: string, userId: string): void {
    clearTimer(`${conversationId}:${userId}`);
    const ids = of(conversationId);
    if (!ids.includes(userId)) return;
    setIds(
      conversationId,
      ids.filter((id) => id !== userId),
    );
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    of,
    setTyping(conversationId, userId, isTyping) {
      if (!isTyping) return end(conversationId, userId);
      const key = `${conversationId}:${userId}`;
      clearTimer(key);
      timers.set(
        key,
        clock.setTimer(() => end(conversationId, userId), TYPING_MS),
      );
      const ids = of(conversationId);
      if (!ids.includes(userId)) setIds(conversationId, [...ids, userId]);
    },
    clear(conversationId) {
      for (const userId of of(conversationId)) end(conversationId, userId);
    },
    dispose() {
      for (const key of [...timers.keys()]) clearTimer(key);
    },
  };
}

export interface TypingReporter {
  onInput(): void;
  stop(): void;
}

/**
 * Sends `typing.start` at once and every `TYPING_AGAIN_MS` while the user types. In the room it expires
 * after `TYPING_MS`.
 */
export function createTypingReporter(deps: {
  now(): number;
  /** False when no socket is up. */
  send(type: "typing.start" | "typing.stop"): boolean;
}): TypingReporter {
  let sentAt: number | null = null;
  return {
    onInput() {
      const now = deps.now();
      if (sentAt !== null && now - sentAt < TYPING_AGAIN_MS) return;
      if (deps.send("typing.start")) sentAt = now;
    },
    stop() {
      if (sentAt !== null && deps.now() - sentAt < TYPING_MS) deps.send("typing.stop");
      sentAt = null;
    },
  };
}
