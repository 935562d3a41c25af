/**
 * Reads visibility and stored presence from Postgres: one query at a time, for all people requested by then. Queries never
 * overlap, so that the newest result is applied last.
 */
import { withTimeout } from "../../with-timeout.ts";
import type { StoredPresence } from "./presence-directory.ts";
import type { Visibility } from "./presence-visibility.ts";

/** People in one query. */
export const LOAD_MAX_PEOPLE = 500;
/** Timeout of a query. */
export const LOAD_TIMEOUT_MS = 2_000;

/** The visibility and presence of one person in Postgres. */
export type LoadedPerson = Visibility & StoredPresence;

export interface VisibilityLoaderDeps {
  /** The result has no deleted accounts. */
  read(userIds: string[]): Promise<LoadedPerson[]>;
  /** Null: the account was deleted. */
  onLoaded(userId: string, person: LoadedPerson | null): void;
  onFailed(userIds: string[], error: unknown): void;
}

export class VisibilityLoader {
  readonly #deps: VisibilityLoaderDeps;
  #requested = new Set<string>();
  #running: Promise<void> | null = null;

  constructor(deps: VisibilityLoaderDeps) {
    this.#deps = deps;
  }

  /** Reads these people by a query that starts after this call. Resolves when it has succeeded or failed. Never throws. */
  async load(userIds: readonly string[]): Promise<void> {
    for (const userId of userIds) this.#requested.add(userId);
    while (userIds.some((userId) => this.#requested.has(userId))) {
      this.#running ??= this.#run().finally(() => {
        this.#running = null;
      });
      await this.#running;
    }
    // The query for these people may still be running.
    await this.#running;
  }

  async #run(): Promise<void> {
    // Waits for further requests of the same event loop turn.
    await Promise.resolve();
    const userIds = [...this.#requested].slice(0, LOAD_MAX_PEOPLE);
    for (const userId of userIds) this.#requested.delete(userId);
    try {
      const people = new Map(
        (await withTimeout(LOAD_TIMEOUT_MS, this.#deps.read(userIds))).map((person) => [
          person.userId,
          person,
        ]),
      );
      for (const userId of userIds) {
        // Skipped when requested again meanwhile: this result may be older than the change.
        if (!this.#requested.has(userId)) this.#deps.onLoaded(userId, people.get(userId) ?? null);
      }
    } catch (error) {
      this.#deps.onFailed(userIds, error);
    }
  }
}
