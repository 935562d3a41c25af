/**
 * Tells people that somebody near them came or went: those who share a cell from which that person's is seen, and who may know
 * that they are here. Changes are gathered for a moment, so that a crowd that arrives is told of once. What is lost with a
 * room costs the list its freshness until the next change, never its truth.
 */

import { nearbyRoomName } from "../../nearby-cells.ts";
import { cellsAround } from "../../protocol/geohash.ts";
import type { NearbyViewers } from "../../rpc.ts";

/** From a change until it is told, with all others that come meanwhile. */
export const NEARBY_TELL_MS = 300;

/** Somebody came to this cell, or went from it. */
export interface NearbyChange {
  userId: string;
  cell: string;
}

interface NearbyTellerDeps {
  /** Asks a room, by its name. */
  viewersIn(room: string, cells: string[]): Promise<NearbyViewers>;
  /** Those of them who may know whether this person is here. */
  whoMaySee(userId: string, viewerIds: string[]): Promise<string[]>;
  tell(viewerId: string): Promise<void>;
  later(ms: number, work: () => Promise<void>): void;
  report(where: string, error: unknown): void;
}

export class NearbyTeller {
  readonly #deps: NearbyTellerDeps;
  #changes: NearbyChange[] = [];

  constructor(deps: NearbyTellerDeps) {
    this.#deps = deps;
  }

  note(changes: readonly NearbyChange[]): void {
    if (changes.length === 0) return;
    if (this.#changes.length === 0) this.#deps.later(NEARBY_TELL_MS, () => this.#flush());
    this.#changes.push(...changes);
  }

  async #flush(): Promise<void> {
    const changes = this.#changes.splice(0);
    const cells = [...new Set(changes.map((change) => change.cell))];
    // Whoever sees a cell is in its room or in one around it, be their own cell large or small.
    const rooms = new Set(cells.flatMap((cell) => cellsAround(nearbyRoomName(cell))));
    const answers = await this.#all("viewersIn", rooms, (room) => this.#deps.viewersIn(room, cells));
    const told = await this.#all("whoMaySee", changes, async ({ userId, cell }) => {
      const viewers = answers.flatMap((answer) => answer[cell] ?? []).filter((id) => id !== userId);
      return viewers.length === 0 ? [] : await this.#deps.whoMaySee(userId, viewers);
    });
    await this.#all("tell", new Set(told.flat()), (viewerId) => this.#deps.tell(viewerId));
  }

  /** What came of each; one that fails spoils none of the others. */
  async #all<T, R>(where: string, items: Iterable<T>, work: (item: T) => Promise<R>): Promise<R[]> {
    const outcomes = await Promise.allSettled([...items].map(work));
    return outcomes.flatMap((outcome) => {
      if (outcome.status === "fulfilled") return [outcome.value];
      this.#deps.report(where, outcome.reason);
      return [];
    });
  }
}
