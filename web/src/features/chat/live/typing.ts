import { TYPING_MS } from "../../../../../party/protocol/limits.ts";

/** Who types where: ends by itself, so that a lost "stopped" leaves nobody typing for ever. */

/** One's own typing is said again this often. */
export const TYPING_AGAIN_MS = 2_500;

interface Clock {
  now(): number;
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
}

export interface TypingPeople {
  note(conversationId: string, userId: string, isTyping: boolean): void;
  /** The room is out of reach: nobody is known to type. */
  forget(conversationId: string): void;
  /** The same array until it changes. */
  of(conversationId: string): readonly string[];
  subscribe(listener: () => void): () => void;
}

const NOBODY: readonly string[] = [];

export function createTypingPeople(clock: Omit<Clock, "now">): TypingPeople {
  const people = new Map<string, readonly string[]>();
  const timers = new Map<string, unknown>();
  const listeners = new Set<() => void>();

  function show(conversationId: string, ids: readonly string[]): void {
    if (ids.length > 0) people.set(conversationId, ids);
    else people.delete(conversationId);
    for (const listener of listeners) listener();
  }

  function end(conversationId: string, userId: string): void {
    const key = `${conversationId}:${userId}`;
    const timer = timers.get(key);
    if (timer !== undefined) clock.clearTimer(timer);
    timers.delete(key);
    const ids = people.get(conversationId) ?? NOBODY;
    if (ids.includes(userId))
      show(
        conversationId,
        ids.filter((id) => id !== userId),
      );
  }

  return {
    note(conversationId, userId, isTyping) {
      if (!isTyping) return end(conversationId, userId);
      const key = `${conversationId}:${userId}`;
      const timer = timers.get(key);
      if (timer !== undefined) clock.clearTimer(timer);
      timers.set(
        key,
        clock.setTimer(() => end(conversationId, userId), TYPING_MS),
      );
      const ids = people.get(conversationId) ?? NOBODY;
      if (!ids.includes(userId)) show(conversationId, [...ids, userId]);
    },
    forget(conversationId) {
      for (const userId of people.get(conversationId) ?? NOBODY) end(conversationId, userId);
    },
    of: (conversationId) => people.get(conversationId) ?? NOBODY,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export interface OwnTyping {
  note(): void;
  stop(): void;
}

/** Tells that one types: at once, then every now and then while it lasts. The room ends it by itself. */
export function createOwnTyping(deps: {
  now(): number;
  say(type: "typing.start" | "typing.stop"): boolean;
}): OwnTyping {
  let sentAt: number | null = null;
  return {
    note() {
      const now = deps.now();
      if (sentAt !== null && now - sentAt < TYPING_AGAIN_MS) return;
      if (deps.say("typing.start")) sentAt = now;
    },
    stop() {
      if (sentAt !== null && deps.now() - sentAt < TYPING_MS) deps.say("typing.stop");
      sentAt = null;
    },
  };
}
