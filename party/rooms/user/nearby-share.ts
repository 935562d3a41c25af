/**
 * The one cell an account shares being in. Its own room remembers which, so that a move takes the person out of the cell
 * they left, and one move is done before the next begins.
 */

import { nearbyRoomName } from "../../nearby-cells.ts";
import type { Signal } from "../../protocol/signals.ts";
import { PROTOCOL_VERSION } from "../../protocol/wire.ts";
import type { SharedCell } from "../../rpc.ts";
import { nearbyRoom } from "../../stubs.ts";
import type { PresenceHost } from "./presence-host.ts";

/** A shared cell is given up after this long unless it is shared again. */
export const NEARBY_SHARED_MS = 15 * 60_000;

const SHARED = "nearby";

type ShareHost = Pick<PresenceHost, "env" | "kv" | "userId" | "now" | "sockets" | "send">;

export class NearbyShare {
  readonly #host: ShareHost;
  #moving: Promise<unknown> = Promise.resolve();

  constructor(host: ShareHost) {
    this.#host = host;
  }

  /** Null when none is shared, or its time has ended. */
  get shared(): SharedCell | null {
    const shared = this.#host.kv.get<SharedCell>(SHARED);
    return shared && shared.expiresAt > this.#host.now() ? shared : null;
  }

  /** Shares this cell in the place of another; null shares none. Throws when a room cannot be reached: nothing is sure then. */
  async move(cell: string | null): Promise<SharedCell | null> {
    const done = this.#moving.then(() => this.#move(cell));
    this.#moving = done.catch(() => undefined);
    return await done;
  }

  /** Tells every tab that the list is another now; who is in it they ask for themselves. */
  hear(): void {
    const { sockets, send, now } = this.#host;
    const signal: Signal = {
      v: PROTOCOL_VERSION,
      type: "nearby.changed",
      at: new Date(now()).toISOString(),
      data: {},
    };
    const text = JSON.stringify(signal);
    for (const connection of sockets()) send(connection, text);
  }

  async #move(cell: string | null): Promise<SharedCell | null> {
    const { env, kv, now, userId } = this.#host;
    const { shared } = this;
    if (shared && (cell === null || nearbyRoomName(shared.cell) !== nearbyRoomName(cell))) {
      await nearbyRoom(env, shared.cell).leave(userId());
      kv.delete(SHARED);
    }
    if (cell === null) return null;
    const next = { cell, expiresAt: now() + NEARBY_SHARED_MS };
    // Noted first: should joining fail half way, leaving knows where.
    kv.put(SHARED, next);
    await nearbyRoom(env, cell).join(userId(), cell, next.expiresAt);
    return next;
  }
}
