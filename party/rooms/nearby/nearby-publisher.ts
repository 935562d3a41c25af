/**
 * Notifies people that somebody near them joined or left: those whose own cell shows that person's, and who may see that they
 * are online. Changes are collected for a moment, so that many at once cost one notification. A notification that is lost with
 * the room leaves a list stale until the next change.
 */
import { nearbyRoomName } from "../../nearby-cells.ts";
import { cellsAround } from "../../protocol/geohash.ts";
import type { NearbyViewers } from "../../rpc.ts";

/** From a change until it is published, with all the changes that follow it by then. */
export const PUBLISH_DELAY_MS = 300;

/** Somebody joined this cell, or left it. */
export interface NearbyChange {
  userId: string;
  cell: string;
}

interface NearbyPublisherDeps {
  /** Asks a NearbyRoom, by its name. */
  viewersIn(room: string, cells: string[]): Promise<NearbyViewers>;
  /** Those of them who may see whether this person is online. */
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
    // Everybody who is shown a cell is in its room or in a room around it, however large their own cell is.
    const rooms = new Set(cells.flatMap((cell) => cellsAround(nearbyRoomName(cell))));
    const answers = await this.#settled("viewersIn", rooms, (room) => this.#deps.viewersIn(room, cells));
    const notified = await this.#settled("whoMaySee", changes, async ({ userId, cell }) => {
      const viewers = answers.flatMap((answer) => answer[cell] ?? []).filter((id) => id !== userId);
      return viewers.length === 0 ? [] : await this.#deps.whoMaySee(userId, viewers);
    });
    await this.#settled("notify", new Set(notified.flat()), (viewerId) => this.#deps.notify(viewerId));
  }

  /** The results of the work that succeeded; a failure is reported and affects no other item. */
  async #settled<T, R>(where: string, items: Iterable<T>, work: (item: T) => Promise<R>): Promise<R[]> {
    const outcomes = await Promise.allSettled([...items].map(work));
    return outcomes.flatMap((outcome) => {
      if (outcome.status === "fulfilled") return [outcome.value];
      this.#deps.report(where, outcome.reason);
      return [];
    });
  }
}
