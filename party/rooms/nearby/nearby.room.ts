/**
 * NearbyRoom, one per geohash of NEARBY_ROOM_CHARS characters (its name), no sockets: the people who share that cell or one inside
 * it, until their rows expire. Presence shards decide who may see whom. After a change, the UserRooms of those who share a cell
 * in this room or in a neighbouring one are notified.
 */
import type { NearbyRoomRpc } from "../../rpc.ts";
import { nearbyRoom, presenceRoom, userRoom } from "../../stubs.ts";
import { BaseRoom } from "../kit/base-room.ts";
import { NearbyMembers } from "./nearby-members.ts";
import { NearbyPublisher } from "./nearby-publisher.ts";

export class NearbyRoom extends BaseRoom implements NearbyRoomRpc {
  /** A timer in memory. Tests replace it. */
  later = (ms: number, work: () => Promise<void>): void => {
    setTimeout(() => this.ctx.waitUntil(work()), ms);
  };
  readonly #members = new NearbyMembers(this.context.sql, this.context);
  readonly #expiryJob = this.context.scheduler.derivedJob(
    "delete-expired",
    () => this.#publisher.add(this.#members.deleteExpired()),
    () => this.#members.nextExpiryAt,
  );
  readonly #publisher = new NearbyPublisher({
    viewersIn: async (name) =>
      name === this.name ? this.#members.viewers() : await nearbyRoom(this.env, name).viewers(),
    whoMaySee: async (userId, viewerIds) => await presenceRoom(this.env, userId).whoMaySee(userId, viewerIds),
    notify: async (viewerId) => {
      await userRoom(this.env, viewerId).publishNearbyChanged();
    },
    later: (ms, work) => this.later(ms, work),
    // The cell is not passed on: no location may be written to the error log.
    report: (where, error) => this.context.report(where, error),
  });

  async join(userId: string, cell: string, expiresAt: number): Promise<void> {
    await this.started();
    this.#publisher.add(this.#members.join(userId, cell, expiresAt));
    this.#expiryJob.reschedule();
  }

  async leave(userId: string): Promise<void> {
    await this.started();
    this.#publisher.add(this.#members.leave(userId));
  }

  async viewers(): Promise<string[]> {
    await this.started();
    return this.#members.viewers();
  }

  async near(userId: string, cells: string[]): Promise<string[]> {
    await this.started();
    return this.#members.near(userId, cells);
  }
}
