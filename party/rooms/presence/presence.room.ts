/**
 * PresenceRoom, one of PRESENCE_SHARDS, no sockets: who of its people is here, who may know that, and who wants to. People's
 * own rooms say when they come and go; watchers' rooms are told of what changed. Postgres is asked for a person's circle
 * once and told of everybody's last visit in one write; a question about presence never reaches it.
 */
import type { PresenceOf } from "../../../db/views/presence.view.ts";
import type { FailedRow, OutboxRow } from "../../outbox/rows.ts";
import type { PresenceRoomRpc, PresenceUpdate } from "../../rpc.ts";
import { userRoom } from "../../stubs.ts";
import { BaseRoom } from "../kit/base-room.ts";
import { PresenceBook, type Telling } from "./presence-book.ts";
import { CircleLoader } from "./presence-loader.ts";
import { type PresenceStore, presenceStore } from "./presence-store.ts";
import { PresenceTeller } from "./presence-teller.ts";

/** From the first change until all are written to Postgres. */
export const FLUSH_AFTER_MS = 5 * 60_000;
/** People in one write. */
export const FLUSH_MAX = 5_000;
export const FLUSH_RETRY_MS = 30_000;
/** How often those marked as here are asked whether they are: a room that died told nobody. */
export const CHECK_EVERY_MS = 5 * 60_000;
/** After a restart, which people's own rooms may have had too; those who come back by then are not asked. */
export const CHECK_AFTER_START_MS = 30_000;
/** Rooms asked at a time. */
const CHECK_AT_ONCE = 32;
/** After a failed call, to Postgres for circles or to a watcher's room. */
export const RETRY_MS = 5_000;

export class PresenceRoom extends BaseRoom implements PresenceRoomRpc {
  /** Access to Postgres; tests replace it. */
  store: PresenceStore = presenceStore(this.env);
  readonly #book = new PresenceBook(this.context.sql);
  readonly #jobs = {
    flush: this.context.scheduler.durableJob("flush", () => this.#flush(), { retryMs: FLUSH_RETRY_MS }),
    check: this.context.scheduler.durableJob("check", () => this.#check(), { retryMs: FLUSH_RETRY_MS }),
    circles: this.context.scheduler.durableJob("circles", () =>
      this.#loader.load(this.#book.circles.wanted()),
    ),
    tell: this.context.scheduler.durableJob("tell", () => this.#tell([], this.#unheard.splice(0))),
  };
  readonly #loader = new CircleLoader({
    read: (userIds) => this.store.circles(userIds),
    loaded: (userId, circle) => {
      this.#tell([userId], this.#book.setCircle(userId, circle));
      if (!circle) this.#book.forget(userId);
    },
    failed: (userIds, error) => {
      this.context.report("circles", error);
      for (const userId of userIds) this.#tell([userId], this.#book.setCircle(userId, null));
      this.#jobs.circles.runWithin(RETRY_MS);
    },
  });
  readonly #teller = new PresenceTeller({
    call: (watcherId, targetIds) => this.#call(watcherId, targetIds),
    told: (targetId) => this.#book.told(targetId),
    failed: (tellings, error) => {
      this.context.report("tell", error);
      this.#unheard.push(...tellings);
      this.#jobs.tell.runWithin(RETRY_MS);
    },
  });
  /** When people's rooms were last heard from in this life of the room. */
  readonly #heardAt = new Map<string, number>();
  #unheard: Telling[] = [];
  #rev = 0;

  override async onStart(): Promise<void> {
    await super.onStart();
    const { about, tellings } = this.#book.untold();
    this.#tell(about, tellings);
    this.ctx.waitUntil(this.#loader.load(this.#book.circles.wanted()));
    // A write that was under way when the room died is due no more, and still to be done.
    if (this.#book.unstored(1).length > 0) this.#jobs.flush.runWithin(FLUSH_AFTER_MS);
    if (this.#book.online().length > 0) this.#jobs.check.runWithin(CHECK_AFTER_START_MS);
  }

  /** A person's own room says that its first device came, or that its last one left at `at`. Safe to repeat. */
  async announce(userId: string, isOnline: boolean, at: number): Promise<void> {
    await this.setName(this.name);
    this.#heardAt.set(userId, this.clock.now());
    if (this.#book.isOnline(userId) === isOnline) return;
    const tellings = this.#book.announce(userId, isOnline, at);
    this.#jobs.flush.runWithin(FLUSH_AFTER_MS);
    if (isOnline) this.#jobs.check.runWithin(CHECK_EVERY_MS);
    if (!this.#book.circles.isKept(userId)) {
      this.#book.circles.distrust(userId);
      this.ctx.waitUntil(this.#loader.load([userId]));
    }
    this.#tell([userId], tellings);
  }

  /** What `viewerId` may know of each of these people, in their order. */
  async query(viewerId: string, userIds: string[]): Promise<PresenceOf[]> {
    await this.setName(this.name);
    return this.#book.views(viewerId, userIds);
  }

  /** Those of `viewerIds` who may know whether `userId` is here. */
  async whoMaySee(userId: string, viewerIds: string[]): Promise<string[]> {
    await this.setName(this.name);
    return this.#book.whoMaySee(userId, viewerIds);
  }

  /** `watcherId` wants to hear of `add`, beginning with how they are now, and no more of `remove`. Safe to repeat. */
  async subscribe(watcherId: string, add: string[], remove: string[]): Promise<PresenceUpdate> {
    await this.setName(this.name);
    this.#book.watch(watcherId, add, remove);
    return this.#states(watcherId, add);
  }

  /** Takes outbox rows "presence:<user id>": a circle changed. Done when it was read again, or is shown to nobody. */
  async deliver(rows: OutboxRow[]): Promise<{ failed: FailedRow[] }> {
    await this.setName(this.name);
    const failed: FailedRow[] = [];
    const changed: string[] = [];
    for (const { id, topic, type } of rows) {
      const userId = topic.slice(topic.indexOf(":") + 1);
      if (type !== "circle.changed") failed.push({ id, error: `not for a shard of presence: ${type}` });
      // Who has never been here is read when they first come.
      else if (this.#book.circles.isKept(userId)) changed.push(userId);
    }
    await this.#loader.load(changed);
    return { failed };
  }

  async #flush(): Promise<void> {
    const people = this.#book.unstored(FLUSH_MAX);
    if (people.length === 0) return;
    await this.store.storePresence(people.map(({ mark: _, ...person }) => person));
    this.#book.stored(people);
    if (people.length === FLUSH_MAX) this.#jobs.flush.runWithin(0);
  }

  async #check(): Promise<void> {
    const since = this.clock.now() - CHECK_AFTER_START_MS;
    const online = new Set(this.#book.online());
    for (const userId of this.#heardAt.keys()) if (!online.has(userId)) this.#heardAt.delete(userId);
    const doubtful = [...online].filter((userId) => (this.#heardAt.get(userId) ?? 0) < since);
    const ask = async () => {
      for (let userId = doubtful.pop(); userId !== undefined; userId = doubtful.pop()) {
        try {
          await this.#ask(userId);
        } catch (error) {
          // Asked again next time.
          this.context.report("check", error);
        }
      }
    };
    await Promise.all(Array.from({ length: CHECK_AT_ONCE }, ask));
    if (this.#book.online().length > 0) this.#jobs.check.runWithin(CHECK_EVERY_MS);
  }

  async #ask(userId: string): Promise<void> {
    const heardAt = this.#heardAt.get(userId);
    const { leftAt } = await userRoom(this.env, userId).ownPresence();
    // Whoever came while the question was under way is here, whatever the answer.
    if (leftAt !== null && this.#heardAt.get(userId) === heardAt) await this.announce(userId, false, leftAt);
  }

  async #call(watcherId: string, targetIds: string[]): Promise<void> {
    const room = userRoom(this.env, watcherId);
    const unwanted = await room.updatePresence(this.#states(watcherId, targetIds));
    if (unwanted.length > 0) this.#book.watch(watcherId, [], unwanted);
  }

  #states(viewerId: string, userIds: string[]): PresenceUpdate {
    this.#rev = Math.max(this.#rev + 1, this.clock.now());
    return { rev: this.#rev, people: this.#book.views(viewerId, userIds) };
  }

  #tell(about: readonly string[], tellings: readonly Telling[]): void {
    this.#teller.tell(about, tellings);
  }
}
