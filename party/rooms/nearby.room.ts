/**
 * NearbyRoom, one per geohash of NEARBY_ROOM_CHARS characters (its name), no sockets: who shares being in it or in a cell inside it.
 * Everybody's time here ends by itself. Who of them may be shown to whom is asked elsewhere.
 */
import { Server } from "partyserver";
import type { PartyEnv } from "../env.ts";
import { NearbyMembers } from "./nearby-members.ts";

export class NearbyRoom extends Server<PartyEnv> {
  /** The room's clock; a test turns it. */
  clock = { now: () => Date.now() };
  readonly #members = new NearbyMembers(this.ctx.storage.sql, {
    now: () => this.clock.now(),
    newId: () => crypto.randomUUID(),
  });

  override onRequest(): Response {
    return new Response(null, { status: 404 });
  }

  /** Until `expiresAt` (milliseconds since 1970); in the place of an earlier cell in this room. */
  async join(userId: string, cell: string, expiresAt: number): Promise<void> {
    await this.setName(this.name);
    this.#members.join(userId, cell, expiresAt);
    await this.#wake();
  }

  async leave(userId: string): Promise<void> {
    await this.setName(this.name);
    this.#members.leave(userId);
  }

  /** Everybody but `userId` whose cell lies in one of these or around it; the latest first. */
  async near(userId: string, cells: string[]): Promise<string[]> {
    await this.setName(this.name);
    return this.#members.near(userId, cells);
  }

  override async onAlarm(): Promise<void> {
    this.#members.trim();
    await this.#wake();
  }

  async #wake(): Promise<void> {
    const endAt = this.#members.nextEndAt;
    if (endAt === null) return;
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > endAt) await this.ctx.storage.setAlarm(endAt);
  }
}
