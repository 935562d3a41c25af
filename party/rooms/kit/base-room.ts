/** What every room has: a context, jobs on the alarm, and storage that is deleted when the room turns out to be unused. */
import { Server } from "partyserver";
import type { Timers } from "./job-scheduler.ts";
import { createRoomContext, type RoomContext } from "./room-context.ts";

/** From the request that named an unknown room until its storage is deleted; until then a repeated request is cheap. */
export const UNUSED_STORAGE_KEPT_MS = 2_000;
/** Tables that hold one row from the beginning. */
const NEVER_EMPTY: ReadonlySet<string> = new Set(["log_meta", "messages_meta", "member_states_meta"]);
/** Where partyserver keeps a room's name. */
const NAME_KEY = "__ps_name";

export abstract class BaseRoom extends Server {
  /** Tests replace it by a fake clock. */
  clock = { now: () => Date.now() };
  /** Tests replace them by timers that fire when told. */
  timers: Timers = {
    set(ms, work) {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
  };
  protected readonly context: RoomContext = createRoomContext({
    className: this.constructor.name,
    name: () => this.name,
    env: this.env,
    state: this.ctx,
    now: () => this.clock.now(),
    timers: { set: (ms, work) => this.timers.set(ms, work) },
  });
  #isDeletionPending = false;

  override async onStart(): Promise<void> {
    await this.context.scheduler.start();
  }

  /** A failed start is answered without the stack that partyserver would show. */
  override async fetch(request: Request): Promise<Response> {
    try {
      await this.started();
    } catch (error) {
      this.context.report("onStart", error);
      return new Response(null, { status: 503 });
    }
    return await super.fetch(request);
  }

  /** Rooms are reached by WebSocket and RPC only. */
  override onRequest(): Response {
    return new Response(null, { status: 404 });
  }

  override async onAlarm(): Promise<void> {
    await this.context.scheduler.onAlarm();
  }

  /** Starts the room if this RPC is its first call. To be awaited by every RPC method that needs `onStart`. */
  protected async started(): Promise<void> {
    await this.setName(this.name);
  }

  /**
   * To be called when the room was asked for by a name that may belong to nothing. Its storage is deleted a moment later, unless
   * something was written by then: anybody can make up names, and the empty tables of each would be kept for ever.
   */
  protected deleteStorageIfUnused(): void {
    if (this.#isDeletionPending) return;
    this.#isDeletionPending = true;
    setTimeout(() => {
      this.#isDeletionPending = false;
      if (this.#isUnused()) this.ctx.waitUntil(this.deleteStorage("unused room"));
    }, UNUSED_STORAGE_KEPT_MS);
  }

  /** Deletes everything that is stored and ends this instance; the next call makes a new, empty one. */
  protected async deleteStorage(reason: string): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.ctx.abort(reason);
  }

  #isUnused(): boolean {
    const { kv, sql } = this.ctx.storage;
    if ([...this.getConnections()].length > 0) return false;
    if ([...kv.list({ limit: 2 })].some(([key]) => key !== NAME_KEY)) return false;
    return sql
      .exec<{ name: string }>(
        "select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\'",
      )
      .toArray()
      .every(
        ({ name }) =>
          NEVER_EMPTY.has(name) || sql.exec(`select 1 from "${name}" limit 1`).toArray().length === 0,
      );
  }
}
