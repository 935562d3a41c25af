/**
 * Optimistic follows. The new state is shown before the server answers, each profile has one queue of
 * requests, and a failure restores the state that the server confirmed last.
 */
import type { QueryClient } from "@tanstack/react-query";
import { IntentQueue } from "../../api/intent-queue.ts";
import type { RelationView } from "../../realtime/views.ts";
import {
  applyOptimisticFollow,
  applyRelation,
  type FollowSnapshot,
  findProfile,
  restoreFollow,
} from "./follows.cache.ts";

export interface FollowTarget {
  id: string;
  handle: string;
}

export interface FollowQueueDeps {
  client: QueryClient;
  send(target: FollowTarget, isFollowing: boolean): Promise<RelationView>;
  onFailure(error: unknown): void;
}

export interface FollowQueue {
  /** Shows the new state and sends it. Resolves when no request about this profile is in flight. */
  set(target: FollowTarget, was: boolean, wanted: boolean): Promise<void>;
  /** True while a request of this tab about this profile is in flight. */
  isBusy(id: string): boolean;
  /** Drops what waits, and ignores the responses of what is in flight: the account changed. */
  reset(): void;
}

/** Creates the follows of one tab. */
export function createFollowQueue({ client, send, onFailure }: FollowQueueDeps): FollowQueue {
  const running = new Map<string, IntentQueue<boolean, RelationView>>();

  function start(target: FollowTarget, was: boolean): IntentQueue<boolean, RelationView> {
    const stats = findProfile(client, target.id)?.stats;
    let confirmed: FollowSnapshot = {
      isFollowing: was,
      followers: stats?.followers ?? null,
      version: stats?.version ?? 0,
    };
    const isCurrent = (): boolean => running.get(target.id) === queue;
    const queue = new IntentQueue<boolean, RelationView>({
      send: (wanted) =>
        isCurrent() ? send(target, wanted) : Promise.reject(new Error("The account changed")),
      onAnswer: (response, latest) => {
        if (!isCurrent()) return;
        const { isFollowing, followers, version } = response;
        confirmed = { isFollowing, followers, version };
        applyRelation(client, target.id, response);
        applyOptimisticFollow(client, target.id, latest);
      },
      onFailure: (error) => {
        if (!isCurrent()) return;
        restoreFollow(client, target.id, confirmed);
        onFailure(error);
      },
      onIdle: () => {
        if (isCurrent()) running.delete(target.id);
      },
    });
    running.set(target.id, queue);
    return queue;
  }

  return {
    async set(target, was, wanted) {
      const queue = running.get(target.id) ?? start(target, was);
      applyOptimisticFollow(client, target.id, wanted);
      await queue.push(wanted);
    },
    isBusy: (id) => running.has(id),
    reset: () => running.clear(),
  };
}
