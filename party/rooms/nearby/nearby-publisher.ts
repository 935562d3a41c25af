/**
 * Notifies people when somebody near them shares or stops sharing a cell: those who share a cell in the same room or in a
 * neighbouring one, and who may see that the person is online. The distance within these rooms makes no difference: a notification
 * that depended on it would reveal more about a location than the list does. Changes are collected for PUBLISH_DELAY_MS, so that
 * many changes cost one notification. They are not stored: after a crash a list is stale until the next change.
 */
import { nearbyRoomName } from "../../nearby-cells.ts";
import { cellsAround } from "../../protocol/geohash.ts";

/** From the first change to the notification, which covers all changes by then. */
export const PUBLISH_DELAY_MS = 300;

/** Somebody shares this cell now, or no longer. */
export interface NearbyChange {
  userId: string;
  cell: string;
}

interface NearbyPublisherDeps {
  /** Calls `viewers` of the NearbyRoom with this name. */
  viewersIn(room: string): Promise<string[]>;
  /** Those of `viewerIds` who may see whether this person is online. */
  whoMaySee(userId: string, viewerIds: string[]): Promise<string[]>;
  notify(viewerId: string): Promise<void>;
  later(ms: number, work: () => Promise<void>): void;
  report(where: string, error: unknown): void;
}

export class NearbyPublisher {
  readonly #deps: NearbyPublisherDeps;
  #changes: NearbyChange[] = [];

  constructor(deps: NearbyPublisherDeps) {
    this.#deps = deps;
  }

  add(changes: readonly NearbyChange[]): void {
    if (changes.length === 0) return;
    if (this.#changes.length === 0) this.#deps.later(PUBLISH_DELAY_MS, () => this.#publish());
    this.#changes.push(...changes);
  }

  async #publish(): Promise<void> {
    const changes = this.#changes.splice(0);
    const rooms = new Set(changes.flatMap(({ cell }) => cellsAround(nearbyRoomName(cell))));
    const viewers = new Map<string, string[]>();
    await this.#settled("viewersIn", rooms, async (room) =>
      viewers.set(room, await this.#deps.viewersIn(room)),
    );
    const notified = await this.#settled("whoMaySee", changes, async ({ userId, cell }) => {
      const around = cellsAround(nearbyRoomName(cell)).flatMap((room) => viewers.get(room) ?? []);
      const others = around.filter((id) => id !== userId);
      return others.length === 0 ? [] : await this.#deps.whoMaySee(userId, others);
    });
    await this.#settled("notify", new Set(notified.flat()), (viewerId) => this.#deps.notify(viewerId));
  }

  /** The results for the items that succeeded. An error is reported and affects no other item. */
  async #settled<T, R>(where: string, items: Iterable<T>, work: (item: T) => Promise<R>): Promise<R[]> {
    const outcomes = await Promise.allSettled([...items].map(work));
    return outcomes.flatMap((outcome) => {
      if (outcome.status === "fulfilled") return [outcome.value];
      this.#deps.report(where, outcome.reason);
      return [];
    });
  }
}
