/** Following as it is shown before the server knows: a queue per person, rolled back to the saved state. */
import type { QueryClient } from "@tanstack/react-query";
import { IntentQueue } from "../../api/intent-queue.ts";
import type { RelationView } from "../../realtime/views.ts";
import {
  findProfile,
  guessFollow,
  restoreFollow,
  type SavedFollow,
  settleRelation,
} from "./follows.cache.ts";

export interface FollowTarget {
  id: string;
  handle: string;
}

export interface FollowingDeps {
  client: QueryClient;
  send(target: FollowTarget, isFollowing: boolean): Promise<RelationView>;
  onFailure(error: unknown): void;
}

export interface Following {
  /** Shows the new state now and sends it; resolves when nothing about this person is in flight. */
  set(target: FollowTarget, was: boolean, wanted: boolean): Promise<void>;
  isBusy(id: string): boolean;
}

export function createFollowing({ client, send, onFailure }: FollowingDeps): Following {
  const running = new Map<string, IntentQueue<boolean, RelationView>>();

  function begin(target: FollowTarget, was: boolean): IntentQueue<boolean, RelationView> {
    const stats = findProfile(client, target.id)?.stats;
    let saved: SavedFollow = {
      isFollowing: was,
      followers: stats?.followers ?? null,
      version: stats?.version ?? 0,
    };
    const queue = new IntentQueue<boolean, RelationView>({
      send: (wanted) => send(target, wanted),
      onAnswer: (answer, wish) => {
        saved = { isFollowing: answer.isFollowing, followers: answer.followers, version: answer.version };
        settleRelation(client, target.id, answer);
        guessFollow(client, target.id, wish);
      },
      onFailure: (error) => {
        restoreFollow(client, target.id, saved);
        onFailure(error);
      },
      onIdle: () => running.delete(target.id),
    });
    running.set(target.id, queue);
    return queue;
  }

  return {
    async set(target, was, wanted) {
      const queue = running.get(target.id) ?? begin(target, was);
      guessFollow(client, target.id, wanted);
      await queue.push(wanted);
    },
    isBusy: (id) => running.has(id),
  };
}
