/** The base class of all rooms: a context, jobs on the alarm, and the deletion of storage that is not used. */
import { Server } from "partyserver";
import type { Timers } from "./jobs.ts";
import { createRoomContext, type RoomContext } from "./room-context.ts";

/** From the first request to an unused room to the deletion of its storage. Until then a further request is cheap. */
export const UNUSED_STORAGE_KEPT_MS = 2_000;
/** Tables that have one row from their creation on. */
const ONE_ROW_TABLES: ReadonlySet<string> = new Set(["log_meta", "messages_meta", "member_states_meta"]);
/** The key under which partyserver stores a room's name. */
const NAME_KEY = "__ps_name";

export abstract class BaseRoom extends Server {
  /** Tests replace it by a fake clock. */
  clock = { now: () => Date.now() };
  /** Tests replace them by timers that the test fires. */
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

  /** Responds 503 to a failed start. partyserver's response would show the stack. */
  override async fetch(request: Request): Promise<Response> {
    try {
      await this.started();
    } catch (error) {
      this.context.report("onStart", error);
      return new Response(null, { status: 503 });
    }
    return await super.fetch(request);
  }

  /** Rooms accept WebSockets and RPC only. */
  override onRequest(): Response {
    return new Response(null, { status: 404 });
  }

  override async onAlarm(): Promise<void> {
    await this.context.scheduler.onAlarm();
  }

  /** Runs `onStart` if this RPC is the room's first call. Every RPC method that needs a started room has to await it. */
  protected async started(): Promise<void> {
    await this.setName(this.name);
  }

  /**
   * To be called when nothing exists with the room's name. Deletes the storage after UNUSED_STORAGE_KEPT_MS, unless something has
   * been written by then. Anybody can request rooms by made-up names, and each would keep its empty tables for ever.
   */
  protected deleteStorageIfUnused(): void {
    if (this.#isDeletionPending) return;
    this.#isDeletionPending = true;
    setTimeout(() => {
      this.#isDeletionPending = false;
      if (this.#isUnused()) this.ctx.waitUntil(this.deleteStorage("unused room"));
    }, UNUSED_STORAGE_KEPT_MS);
  }

  /** Deletes the whole storage and ends this instance. The next call starts a new, empty instance. */
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
          ONE_ROW_TABLES.has(name) || sql.exec(`select 1 from "${name}" limit 1`).toArray().length === 0,
      );
  }
}
