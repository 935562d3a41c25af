/**
 * Tells watchers what changed: one call at a time to each, a bounded number in all. What comes up while a call is under way
 * waits for its end and is then told as it stands, so that the last thing a watcher hears is always the newest.
 */
import type { Telling } from "./presence-book.ts";

/** Calls to watchers' rooms under way at a time. */
export const TELLING_MAX = 64;

export interface TellerDeps {
  /** Calls a watcher's room with what it may know of these people now. Throws when it cannot be reached. */
  call(watcherId: string, targetIds: string[]): Promise<void>;
  /** Everybody who was to be told of this person has been. */
  told(targetId: string): void;
  /** Some could not be reached: to be handed to `tell` again, later. */
  failed(tellings: Telling[], error: unknown): void;
}

export class PresenceTeller {
  readonly #deps: TellerDeps;
  /** What each watcher has still to hear. */
  readonly #waiting = new Map<string, Set<string>>();
  readonly #called = new Set<string>();
  /** How many are still to hear of each person. */
  readonly #left = new Map<string, number>();
  /** People of whom somebody could not be told. */
  readonly #failing = new Set<string>();

  constructor(deps: TellerDeps) {
    this.#deps = deps;
  }

  /** `about`: people for whom this is all there is to tell, be it to nobody. */
  tell(about: readonly string[], tellings: readonly Telling[]): void {
    for (const { watcherId, targetId } of tellings) {
      const targets = this.#waiting.get(watcherId) ?? new Set();
      if (targets.has(targetId)) continue;
      this.#waiting.set(watcherId, targets.add(targetId));
      this.#left.set(targetId, (this.#left.get(targetId) ?? 0) + 1);
    }
    for (const targetId of about) if (!this.#left.has(targetId)) this.#deps.told(targetId);
    this.#goOn();
  }

  #goOn(): void {
    for (const [watcherId, targets] of this.#waiting) {
      if (this.#called.size >= TELLING_MAX) return;
      if (this.#called.has(watcherId)) continue;
      this.#waiting.delete(watcherId);
      this.#called.add(watcherId);
      void this.#call(watcherId, [...targets]);
    }
  }

  async #call(watcherId: string, targetIds: string[]): Promise<void> {
    let failure: { error: unknown } | null = null;
    try {
      await this.#deps.call(watcherId, targetIds);
    } catch (error) {
      failure = { error };
    }
    this.#called.delete(watcherId);
    for (const targetId of targetIds) {
      if (failure) this.#failing.add(targetId);
      this.#count(targetId);
    }
    if (failure) {
      const tellings = targetIds.map((targetId) => ({ watcherId, targetId }));
      this.#deps.failed(tellings, failure.error);
    }
    this.#goOn();
  }

  #count(targetId: string): void {
    const left = (this.#left.get(targetId) ?? 1) - 1;
    if (left > 0) {
      this.#left.set(targetId, left);
      return;
    }
    this.#left.delete(targetId);
    if (!this.#failing.delete(targetId)) this.#deps.told(targetId);
  }
}
