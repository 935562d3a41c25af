/**
 * Optimistic votes. A vote is shown before the server answers, each target has one queue of requests, and a
 * failure restores the state that the server confirmed last.
 */
import type { QueryClient } from "@tanstack/react-query";
import { IntentQueue } from "../../api/intent-queue.ts";
import type { VoteValue, VoteView } from "../../realtime/views.ts";
import { findComment, patchComment } from "../comments/comments.cache.ts";
import { findPost, patchPost } from "../posts/posts.cache.ts";
import {
  castVote,
  confirmVote,
  rollBackVote,
  snapshotVote,
  type Voteable,
  type VoteSnapshot,
} from "./vote.counts.ts";

export interface VoteTarget {
  kind: "post" | "comment";
  id: string;
}

export interface VoteQueueDeps {
  client: QueryClient;
  send(target: VoteTarget, value: VoteValue): Promise<VoteView>;
  onFailure(error: unknown): void;
}

export interface VoteQueue {
  /** Shows the vote and sends it. Resolves when no request for this target is in flight. */
  vote(target: VoteTarget, value: VoteValue): Promise<void>;
  /** True while a vote of this tab is in flight. Until then, events about votes of other tabs are ignored. */
  isBusy(target: VoteTarget): boolean;
  /** Drops what waits, and ignores the responses of what is in flight: the account changed. */
  reset(): void;
}

/** Changes a post or comment wherever it is cached. */
export function patchVoteable(
  client: QueryClient,
  target: VoteTarget,
  change: <T extends Voteable>(item: T) => T,
): void {
  if (target.kind === "post") patchPost(client, target.id, change);
  else patchComment(client, target.id, change);
}

/** Creates the votes of one tab. */
export function createVoteQueue({ client, send, onFailure }: VoteQueueDeps): VoteQueue {
  const running = new Map<string, { queue: IntentQueue<VoteValue, VoteView>; confirmed: VoteSnapshot }>();
  const keyOf = (target: VoteTarget) => `${target.kind}:${target.id}`;

  function start(target: VoteTarget, item: Voteable) {
    const key = keyOf(target);
    const isCurrent = (): boolean => running.get(key) === entry;
    const entry = {
      confirmed: snapshotVote(item),
      queue: new IntentQueue<VoteValue, VoteView>({
        send: (value) =>
          isCurrent() ? send(target, value) : Promise.reject(new Error("The account changed")),
        onAnswer: (response, latest) => {
          if (!isCurrent()) return;
          const { value, ...counts } = response;
          entry.confirmed = { value, counts };
          patchVoteable(client, target, (shown) => confirmVote(shown, response, latest));
        },
        onFailure: (error) => {
          if (!isCurrent()) return;
          patchVoteable(client, target, (shown) => rollBackVote(shown, entry.confirmed));
          onFailure(error);
        },
        onIdle: () => {
          if (isCurrent()) running.delete(key);
        },
      }),
    };
    running.set(key, entry);
    return entry;
  }

  return {
    async vote(target, value) {
      const item = target.kind === "post" ? findPost(client, target.id) : findComment(client, target.id);
      if (!item) return;
      const entry = running.get(keyOf(target)) ?? start(target, item);
      patchVoteable(client, target, (shown) => castVote(shown, value));
      await entry.queue.push(value);
    },
    isBusy: (target) => running.has(keyOf(target)),
    reset: () => running.clear(),
  };
}
