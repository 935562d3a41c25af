/**
 * Notifies the UserRooms of subscribers of presence changes: one call at a time per subscriber, CALLS_MAX in all. Changes during
 * a call are sent by a second call after it. Each call reads the state when it starts, so that the last one sends the newest.
 */
import type { PresenceNotification } from "./presence-directory.ts";

/** Concurrent calls to UserRooms. */
export const CALLS_MAX = 64;

export interface PresencePublisherDeps {
  /** Sends a subscriber's UserRoom the current presence of these people. Throws when the call fails. */
  call(subscriberId: string, targetIds: string[]): Promise<void>;
  /** Every subscriber of this person has been notified. */
  onPublished(targetId: string): void;
  /** The call failed: these have to be passed to `publish` again later. */
  onFailed(notifications: PresenceNotification[], error: unknown): void;
}

export class PresencePublisher {
  readonly #deps: PresencePublisherDeps;
  /** The targets to send, by subscriber. */
  readonly #queued = new Map<string, Set<string>>();
  /** Subscribers whose UserRoom is being called. */
  readonly #calling = new Set<string>();
  /** Notifications not sent yet, by target. */
  readonly #remaining = new Map<string, number>();
  /** Targets of which a notification has failed. */
  readonly #failedTargets = new Set<string>();

  constructor(deps: PresencePublisherDeps) {
    this.#deps = deps;
  }

  /** `targetIds`: people whose change needs no notifications besides these, perhaps none. */
  publish(targetIds: readonly string[], notifications: readonly PresenceNotification[]): void {
    for (const { subscriberId, targetId } of notifications) {
      const targets = this.#queued.get(subscriberId) ?? new Set();
      if (targets.has(targetId)) continue;
      this.#queued.set(subscriberId, targets.add(targetId));
      this.#remaining.set(targetId, (this.#remaining.get(targetId) ?? 0) + 1);
    }
    for (const targetId of targetIds) if (!this.#remaining.has(targetId)) this.#deps.onPublished(targetId);
    this.#startCalls();
  }

  #startCalls(): void {
    for (const [subscriberId, targets] of this.#queued) {
      if (this.#calling.size >= CALLS_MAX) return;
      if (this.#calling.has(subscriberId)) continue;
      this.#queued.delete(subscriberId);
      this.#calling.add(subscriberId);
      void this.#call(subscriberId, [...targets]);
    }
  }

  async #call(subscriberId: string, targetIds: string[]): Promise<void> {
    let failure: { error: unknown } | null = null;
    try {
      await this.#deps.call(subscriberId, targetIds);
    } catch (error) {
      failure = { error };
    }
    this.#calling.delete(subscriberId);
    for (const targetId of targetIds) {
      if (failure) this.#failedTargets.add(targetId);
      this.#countDown(targetId);
    }
    if (failure) {
      const notifications = targetIds.map((targetId) => ({ subscriberId, targetId }));
      this.#deps.onFailed(notifications, failure.error);
    }
    this.#startCalls();
  }

  #countDown(targetId: string): void {
    const remaining = (this.#remaining.get(targetId) ?? 1) - 1;
    if (remaining > 0) {
      this.#remaining.set(targetId, remaining);
      return;
    }
    this.#remaining.delete(targetId);
    if (!this.#failedTargets.delete(targetId)) this.#deps.onPublished(targetId);
  }
}
