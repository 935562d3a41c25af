/**
 * Notifies people when somebody near them shares or stops sharing a cell: those whose list includes that cell, and who may see
 * that the person is online. Changes are collected for PUBLISH_DELAY_MS, so that many changes cost one notification. They are not
 * stored: after a crash a list is stale until the next change.
 */
import { nearbyRoomName } from "../../nearby-cells.ts";
import { cellsAround } from "../../protocol/geohash.ts";
import type { NearbyViewers } from "../../rpc.ts";

/** From the first change to the notification, which covers all changes by then. */
export const PUBLISH_DELAY_MS = 300;

/** Somebody shares this cell now, or no longer. */
export interface NearbyChange {
  userId: string;
  cell: string;
}

interface NearbyPublisherDeps {
  /** Calls `viewersOf` of the NearbyRoom with this name. */
  viewersIn(room: string, cells: string[]): Promise<NearbyViewers>;
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
    const cells = [...new Set(changes.map((change) => change.cell))];
    // Everybody whose list includes a cell is in its room or in one of the neighbouring rooms, however large their own cell is.
    const rooms = new Set(cells.flatMap((cell) => cellsAround(nearbyRoomName(cell))));
    const answers = await this.#settled("viewersIn", rooms, (room) => this.#deps.viewersIn(room, cells));
    const notified = await this.#settled("whoMaySee", changes, async ({ userId, cell }) => {
      const viewers = answers.flatMap((answer) => answer[cell] ?? []).filter((id) => id !== userId);
      return viewers.length === 0 ? [] : await this.#deps.whoMaySee(userId, viewers);
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
