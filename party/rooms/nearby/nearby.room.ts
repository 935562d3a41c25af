/**
 * NearbyRoom, one per geohash of NEARBY_ROOM_CHARS characters (its name), no sockets: who shares being in it or in a cell inside it.
 * Everybody's time here ends by itself. Who of them may be shown to whom is asked elsewhere. Whoever comes or goes is told to
 * those who see the cell, by their own rooms.
 */
import type { NearbyRoomRpc, NearbyViewers } from "../../rpc.ts";
import { nearbyRoom, presenceRoom, userRoom } from "../../stubs.ts";
import { BaseRoom } from "../kit/base-room.ts";
import { NearbyMembers } from "./nearby-members.ts";
import { NearbyTeller } from "./nearby-teller.ts";

export class NearbyRoom extends BaseRoom implements NearbyRoomRpc {
  /** Waits in memory; a test does not wait. */
  later = (ms: number, work: () => Promise<void>): void => {
    setTimeout(() => this.ctx.waitUntil(work()), ms);
  };
  readonly #members = new NearbyMembers(this.context.sql, this.context);
  readonly #expiry = this.context.scheduler.derivedJob(
    "remove-expired",
    () => this.#teller.note(this.#members.trim()),
    () => this.#members.nextEndAt,
  );

  readonly #teller = new NearbyTeller({
    viewersIn: async (name, cells) =>
      name === this.name ? this.#members.viewersOf(cells) : await nearbyRoom(this.env, name).viewersOf(cells),
    whoMaySee: async (userId, viewerIds) => await presenceRoom(this.env, userId).whoMaySee(userId, viewerIds),
    tell: async (viewerId) => {
      await userRoom(this.env, viewerId).publishNearbyChanged();
    },
    later: (ms, work) => this.later(ms, work),
    // Never with a cell: logs keep what they are told.
    report: (where, error) =>
      console.error(JSON.stringify({ room: "NearbyRoom", where, error: String(error) })),
  });

  /** Until `expiresAt` (milliseconds since 1970); in the place of an earlier cell in this room. */
  async join(userId: string, cell: string, expiresAt: number): Promise<void> {
    await this.setName(this.name);
    this.#teller.note(this.#members.join(userId, cell, expiresAt));
    this.#expiry.changed();
  }

  async leave(userId: string): Promise<void> {
    await this.setName(this.name);
    this.#teller.note(this.#members.leave(userId));
  }

  /** Of each of these cells, whom here somebody in it is shown to: a room beside this one asks. */
  async viewersOf(cells: string[]): Promise<NearbyViewers> {
    await this.setName(this.name);
    return this.#members.viewersOf(cells);
  }

  /** Everybody but `userId` whose cell lies in one of these or around it; the latest first. */
  async near(userId: string, cells: string[]): Promise<string[]> {
    await this.setName(this.name);
    return this.#members.near(userId, cells);
  }
}
