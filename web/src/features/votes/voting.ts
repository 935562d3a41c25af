/** Votes as they are shown before the server knows: one queue per target, rolled back to what was last confirmed. */
import type { QueryClient } from "@tanstack/react-query";
import { IntentQueue } from "../../api/intent-queue.ts";
import type { VoteValue, VoteView } from "../../realtime/views.ts";
import { findComment, patchComment } from "../comments/comments.cache.ts";
import { findPost, patchPost } from "../posts/posts.cache.ts";
import {
  castVote,
  rollBackVote,
  type SavedVote,
  saveVote,
  settleVote,
  type Voteable,
} from "./vote.counts.ts";

export interface VoteTarget {
  kind: "post" | "comment";
  id: string;
}

export interface VotingDeps {
  client: QueryClient;
  send(target: VoteTarget, value: VoteValue): Promise<VoteView>;
  onFailure(error: unknown): void;
}

export interface Voting {
  /** Shows the vote now and sends it; resolves when nothing of this target is in flight. */
  vote(target: VoteTarget, value: VoteValue): Promise<void>;
  /** True while a vote of this tab is under way: what other tabs did must not disturb it. */
  isBusy(target: VoteTarget): boolean;
}

/** Changes a voteable wherever it stands in the cache. */
export function patchVoteable(
  client: QueryClient,
  target: VoteTarget,
  change: <T extends Voteable>(item: T) => T,
): void {
  if (target.kind === "post") patchPost(client, target.id, change);
  else patchComment(client, target.id, change);
}

export function createVoting({ client, send, onFailure }: VotingDeps): Voting {
  const running = new Map<string, { queue: IntentQueue<VoteValue, VoteView>; confirmed: SavedVote }>();
  const keyOf = (target: VoteTarget) => `${target.kind}:${target.id}`;

  function begin(target: VoteTarget, item: Voteable) {
    const key = keyOf(target);
    const entry = {
      confirmed: saveVote(item),
      queue: new IntentQueue<VoteValue, VoteView>({
        send: (value) => send(target, value),
        onAnswer: (answer, wish) => {
          const { value, ...counts } = answer;
          entry.confirmed = { value, counts };
          patchVoteable(client, target, (shown) => settleVote(shown, answer, wish));
        },
        onFailure: (error) => {
          patchVoteable(client, target, (shown) => rollBackVote(shown, entry.confirmed));
          onFailure(error);
        },
        onIdle: () => running.delete(key),
      }),
    };
    running.set(key, entry);
    return entry;
  }

  return {
    async vote(target, value) {
      const item = target.kind === "post" ? findPost(client, target.id) : findComment(client, target.id);
      if (!item) return;
      const entry = running.get(keyOf(target)) ?? begin(target, item);
      patchVoteable(client, target, (shown) => castVote(shown, value));
      await entry.queue.push(value);
    },
    isBusy: (target) => running.has(keyOf(target)),
  };
}
