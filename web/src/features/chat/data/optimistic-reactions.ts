/**
 * Optimistic reactions: the wanted state replaces a message's own reactions until the response and the
 * event have arrived.
 */
import { createStore, type ReadableStore } from "../../../api/create-store.ts";
import { IntentQueue } from "../../../api/intent-queue.ts";
import type { Message } from "../../../realtime/views.ts";

/** The wanted reactions to one message: emoji -> on or off. */
export type ReactionIntents = ReadonlyMap<string, boolean>;
/** By the message's seq. */
export type IntentsBySeq = ReadonlyMap<number, ReactionIntents>;

/**
 * Returns the message with the account's wanted reactions applied; the same object when they change
 * nothing. Pure.
 */
export function withIntents(message: Message, intents: ReactionIntents | undefined, meId: string): Message {
  if (!intents || intents.size === 0) return message;
  let { reactions } = message;
  for (const [emoji, isOn] of intents) {
    const known = reactions.find((one) => one.emoji === emoji);
    const isAlreadyOn = known?.userIds.includes(meId) ?? false;
    if (isAlreadyOn === isOn) continue;
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

/**
 * The time within which the room's event follows the response. Until then the intent is kept, so that the
 * reaction does not flicker.
 */
const SETTLED_AFTER_MS = 1_000;

export interface OptimisticReactions extends ReadableStore<IntentsBySeq> {
  /** Sets or removes a reaction. Resolves when no request for this message and emoji is in flight. */
  react(seq: number, emoji: string, isOn: boolean): Promise<void>;
  of(seq: number): ReactionIntents | undefined;
  /**
   * Called when the last intent for a message and emoji failed; the intent has been reverted. Null while
   * no component listens.
   */
  onFailure: ((error: unknown) => void) | null;
}

/** The optimistic reactions of one conversation. */
export function createOptimisticReactions(deps: {
  send(seq: number, emoji: string, isOn: boolean): Promise<unknown>;
  setTimer(run: () => void, ms: number): unknown;
}): OptimisticReactions {
  const store = createStore<IntentsBySeq>(new Map());
  const queues = new Map<string, IntentQueue<boolean, unknown>>();

  function setIntents(seq: number, intents: ReactionIntents): void {
    const next = new Map(store.get());
    if (intents.size > 0) next.set(seq, intents);
    else next.delete(seq);
    store.set(next);
  }

  function drop(seq: number, emoji: string): void {
    const left = new Map(store.get().get(seq));
    left.delete(emoji);
    setIntents(seq, left);
  }

  const reactions: OptimisticReactions = {
    get: store.get,
    subscribe: store.subscribe,
    of: (seq) => store.get().get(seq),
    onFailure: null,
    async react(seq, emoji, isOn) {
      const key = `${seq}:${emoji}`;
      setIntents(seq, new Map(store.get().get(seq)).set(emoji, isOn));
      const queue =
        queues.get(key) ??
        new IntentQueue<boolean, unknown>({
          send: (wanted) => deps.send(seq, emoji, wanted),
          onAnswer: () => {
            deps.setTimer(() => {
              // A newer intent is in flight; its own response removes it.
              if (!queues.has(key)) drop(seq, emoji);
            }, SETTLED_AFTER_MS);
          },
          onFailure: (error) => {
            drop(seq, emoji);
            reactions.onFailure?.(error);
          },
          onIdle: () => queues.delete(key),
        });
      queues.set(key, queue);
      await queue.push(isOn);
    },
  };
  return reactions;
}
