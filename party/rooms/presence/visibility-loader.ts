/**
 * Reads visibility and stored presence from Postgres: one query at a time for all the people requested by then. Queries never
 * overlap, so that the answer applied last is the one read last.
 */
import { withTimeout } from "../../with-timeout.ts";
import type { StoredPresence } from "./presence-directory.ts";
import type { Visibility } from "./presence-visibility.ts";

/** People in one query. */
export const LOAD_MAX_PEOPLE = 500;
/** A query that takes longer counts as failed (milliseconds). */
export const LOAD_TIMEOUT_MS = 2_000;

/** What Postgres has about one person. */
export type LoadedPerson = Visibility & StoredPresence;

export interface VisibilityLoaderDeps {
  /** Deleted accounts are left out of the answer. */
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

  /** Reads these people as they are now or later. Resolves when they were read or have failed; never throws. */
  async load(userIds: readonly string[]): Promise<void> {
    for (const userId of userIds) this.#requested.add(userId);
    while (userIds.some((userId) => this.#requested.has(userId))) {
      this.#running ??= this.#run().finally(() => {
        this.#running = null;
      });
      await this.#running;
    }
    // A query that has taken these people may still be running.
    await this.#running;
  }

  async #run(): Promise<void> {
    // Requests made in the same turn share the query.
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
        // Requested again meanwhile: it changed, and this answer may be older than the change.
        if (!this.#requested.has(userId)) this.#deps.onLoaded(userId, people.get(userId) ?? null);
      }
    } catch (error) {
      this.#deps.onFailed(userIds, error);
    }
  }
}
