/**
 * The one geohash cell that an account shares being in. It is stored here, so that a new cell replaces the old one in its room;
 * changes are carried out one after the other.
 */
import { nearbyRoomName } from "../../nearby-cells.ts";
import type { Signal } from "../../protocol/signals.ts";
import { PROTOCOL_VERSION } from "../../protocol/wire.ts";
import type { ShareAnswer, SharedCell } from "../../rpc.ts";
import { nearbyRoom } from "../../stubs.ts";
import { type MoveHistory, NO_MOVES, tryMove } from "./nearby-moves.ts";
import type { PresenceContext } from "./presence-context.ts";

/** A shared cell expires after this long unless it is shared again. */
export const NEARBY_SHARED_MS = 15 * 60_000;

const SHARED = "nearby";
const MOVES = "nearby-moves";

type NearbyContext = Pick<PresenceContext, "env" | "kv" | "userId" | "now" | "sockets" | "send">;

export class NearbyShare {
  readonly #context: NearbyContext;
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(context: NearbyContext) {
    this.#context = context;
  }

  /** Null when no cell is shared, or it has expired. */
  get shared(): SharedCell | null {
    const shared = this.#context.kv.get<SharedCell>(SHARED);
    return shared && shared.expiresAt > this.#context.now() ? shared : null;
  }

  /**
   * Shares this cell, replacing another; null shares none. RATE_LIMITED when the cell moves too often or too far; the
   * former cell then stays shared.
   * @throws when a room cannot be reached: the change may be carried out in part
   */
  async share(cell: string | null): Promise<ShareAnswer> {
    const change = this.#lastChange.then(() => this.#share(cell));
    this.#lastChange = change.catch(() => undefined);
    return await change;
  }

  /** Sends every tab that its list has changed; each asks for the people itself. */
  publishChanged(): void {
    const { sockets, send, now } = this.#context;
    const signal: Signal = {
      v: PROTOCOL_VERSION,
      type: "nearby.changed",
      at: new Date(now()).toISOString(),
      data: {},
    };
    const text = JSON.stringify(signal);
    for (const connection of sockets()) send(connection, text);
  }

  async #share(cell: string | null): Promise<ShareAnswer> {
    const { env, kv, now, userId } = this.#context;
    const { shared } = this;
    if (cell !== null) {
      const move = tryMove(kv.get<MoveHistory>(MOVES) ?? NO_MOVES, cell, now());
      if (!move.ok) return { ok: false, code: "RATE_LIMITED", retryAfterS: move.retryAfterS };
      kv.put(MOVES, move.history);
    }
    if (shared && (cell === null || nearbyRoomName(shared.cell) !== nearbyRoomName(cell))) {
      await nearbyRoom(env, shared.cell).leave(userId());
      kv.delete(SHARED);
    }
    if (cell === null) return { ok: true, shared: null };
    const next = { cell, expiresAt: now() + NEARBY_SHARED_MS };
    // Stored first: if joining fails half-way, the next change leaves the right room.
    kv.put(SHARED, next);
    await nearbyRoom(env, cell).join(userId(), cell, next.expiresAt);
    return { ok: true, shared: next };
  }
}
