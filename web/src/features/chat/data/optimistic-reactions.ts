/** Reactions as they are shown before the server knows: wishes laid over what it says, taken away when it has answered. */

import { IntentQueue } from "../../../api/intent-queue.ts";
import type { Message } from "../../../realtime/views.ts";

/** What is wanted of one message: emoji -> on or off. */
export type Wishes = ReadonlyMap<string, boolean>;

/** The message with one's own wishes in it. Pure; the same object when nothing differs. */
export function withWishes(message: Message, wishes: Wishes | undefined, meId: string): Message {
  if (!wishes || wishes.size === 0) return message;
  let { reactions } = message;
  for (const [emoji, isOn] of wishes) {
    const known = reactions.find((one) => one.emoji === emoji);
    const isSo = known?.userIds.includes(meId) ?? false;
    if (isSo === isOn) continue;
    if (!known) reactions = [...reactions, { emoji, userIds: [meId] }];
    else {
      const userIds = isOn ? [...known.userIds, meId] : known.userIds.filter((id) => id !== meId);
      reactions = reactions
        .map((one) => (one === known ? { emoji, userIds } : one))
        .filter((one) => one.userIds.length > 0);
    }
  }
  return reactions === message.reactions ? message : { ...message, reactions };
}

/** The event that shows it follows its answer within this time; until then the wish stands in for it. */
const SETTLED_AFTER_MS = 1_000;

export interface Reacting {
  /** Resolves when nothing of this message and emoji is under way. */
  react(seq: number, emoji: string, isOn: boolean): Promise<void>;
  of(seq: number): Wishes | undefined;
  /** Another value whenever a wish changed. */
  version(): number;
  subscribe(listener: () => void): () => void;
}

/** The wishes of one conversation. */
export function createReacting(deps: {
  send(seq: number, emoji: string, isOn: boolean): Promise<unknown>;
  onFailure(error: unknown): void;
  setTimer(run: () => void, ms: number): unknown;
}): Reacting {
  const wishes = new Map<number, Map<string, boolean>>();
  const queues = new Map<string, IntentQueue<boolean, unknown>>();
  const listeners = new Set<() => void>();
  let version = 0;

  function changed(): void {
    version += 1;
    for (const listener of listeners) listener();
  }

  function wish(seq: number, emoji: string, isOn: boolean): void {
    wishes.set(seq, new Map(wishes.get(seq)).set(emoji, isOn));
    changed();
  }

  function drop(seq: number, emoji: string): void {
    const left = new Map(wishes.get(seq));
    left.delete(emoji);
    if (left.size > 0) wishes.set(seq, left);
    else wishes.delete(seq);
    changed();
  }

  return {
    async react(seq, emoji, isOn) {
      const key = `${seq}:${emoji}`;
      wish(seq, emoji, isOn);
      const queue =
        queues.get(key) ??
        new IntentQueue<boolean, unknown>({
          send: (wanted) => deps.send(seq, emoji, wanted),
          onAnswer: () => {
            deps.setTimer(() => {
              // A newer wish is under way, and ends by itself.
              if (!queues.has(key)) drop(seq, emoji);
            }, SETTLED_AFTER_MS);
          },
          onFailure: (error) => {
            drop(seq, emoji);
            deps.onFailure(error);
          },
          onIdle: () => queues.delete(key),
        });
      queues.set(key, queue);
      await queue.push(isOn);
    },
    of: (seq) => wishes.get(seq),
    version: () => version,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
