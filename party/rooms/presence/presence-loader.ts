/**
 * Reads circles from Postgres: one query at a time for everybody who is wanted by then. In turn, so that the answer that is
 * kept last is the one that was read last.
 */
import { withTimeout } from "../../with-timeout.ts";
import type { Circle } from "./presence-circles.ts";

/** People in one query. */
export const CIRCLES_MAX = 500;
/** A circle that changed is seen by nobody once Postgres has not answered for this long (milliseconds). */
export const CIRCLES_TIMEOUT_MS = 2_000;

export interface LoaderDeps {
  read(userIds: string[]): Promise<Circle[]>;
  /** Null: the account is gone. */
  loaded(userId: string, circle: Circle | null): void;
  failed(userIds: string[], error: unknown): void;
}

export class CircleLoader {
  readonly #deps: LoaderDeps;
  #wanted = new Set<string>();
  #running: Promise<void> | null = null;

  constructor(deps: LoaderDeps) {
    this.#deps = deps;
  }

  /** Reads these circles as they are now or later. Resolves when that was done or has failed; never throws. */
  async load(userIds: readonly string[]): Promise<void> {
    for (const userId of userIds) this.#wanted.add(userId);
    while (userIds.some((userId) => this.#wanted.has(userId))) {
      this.#running ??= this.#run().finally(() => {
        this.#running = null;
      });
      await this.#running;
    }
    // Taken into a run that began after they were wanted: its end is theirs.
    await this.#running;
  }

  async #run(): Promise<void> {
    // Whoever else is wanted in this turn comes along.
    await Promise.resolve();
    const userIds = [...this.#wanted].slice(0, CIRCLES_MAX);
    for (const userId of userIds) this.#wanted.delete(userId);
    try {
      const circles = new Map(
        (await withTimeout(CIRCLES_TIMEOUT_MS, this.#deps.read(userIds))).map((circle) => [
          circle.userId,
          circle,
        ]),
      );
      for (const userId of userIds) {
        // Told to have changed while it was read: what was read may be what was before.
        if (!this.#wanted.has(userId)) this.#deps.loaded(userId, circles.get(userId) ?? null);
      }
    } catch (error) {
      this.#deps.failed(userIds, error);
    }
  }
}
