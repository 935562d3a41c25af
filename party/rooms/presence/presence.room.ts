/**
 * PresenceRoom, one of PRESENCE_SHARDS, no sockets: who of its people is online, who may see it, and who subscribes to it. UserRooms
 * call it when their account comes online or goes offline, and it notifies the UserRooms of subscribers. It reads Postgres once
 * per person, and writes all changed people in one batch.
 */
import type { PresenceOf } from "../../../db/views/presence.view.ts";
import type { FailedRow, OutboxRow } from "../../outbox/rows.ts";
import type { PresenceRoomRpc, PresenceUpdate } from "../../rpc.ts";
import { userRoom } from "../../stubs.ts";
import { withTimeout } from "../../with-timeout.ts";
import { BaseRoom } from "../kit/base-room.ts";
import { PresenceDirectory, type PresenceNotification } from "./presence-directory.ts";
import { PresencePublisher } from "./presence-publisher.ts";
import { type PresenceStore, presenceStore } from "./presence-store.ts";
import { VisibilityLoader } from "./visibility-loader.ts";

/** From the first change to the write of all changes to Postgres. */
export const FLUSH_AFTER_MS = 5 * 60_000;
/** People in one write. */
export const FLUSH_MAX_PEOPLE = 5_000;
export const FLUSH_RETRY_MS = 30_000;
/** Between two checks of the people who are online here: a UserRoom that crashed has not reported that its sockets closed. */
export const CHECK_EVERY_MS = 5 * 60_000;
/** From a start to the first check. UserRooms that have announced their account by then are not called. */
export const CHECK_AFTER_START_MS = 30_000;
/** Concurrent calls to UserRooms during a check. */
const CHECKS_MAX = 32;
/** After a failed query for visibility, or a failed call to the UserRoom of a subscriber. */
export const RETRY_MS = 5_000;
/** Timeout of reading people without a record from Postgres. After that they look offline. */
export const RESTORE_TIMEOUT_MS = 500;
/** The number of ids without an account that are held in memory, so that Postgres is not read again for them. */
const ABSENT_MAX_IDS = 10_000;

export class PresenceRoom extends BaseRoom implements PresenceRoomRpc {
  /** Access to Postgres. Tests replace it. */
  store: PresenceStore = presenceStore(() => this.context.database);
  readonly #directory = new PresenceDirectory(this.context.sql);
  readonly #jobs = {
    flush: this.context.scheduler.durableJob("flush", () => this.#flush(), { retryMs: FLUSH_RETRY_MS }),
    check: this.context.scheduler.durableJob("check", () => this.#check(), { retryMs: FLUSH_RETRY_MS }),
    loadVisibility: this.context.scheduler.durableJob("load-visibility", () =>
      this.#loader.load(this.#directory.visibility.invalidated()),
    ),
    publish: this.context.scheduler.durableJob("publish", () =>
      this.#publisher.publish([], this.#failedNotifications.splice(0)),
    ),
  };
  readonly #loader = new VisibilityLoader({
    read: (userIds) => this.store.load(userIds),
    onLoaded: (userId, person) => {
      if (!person) {
        this.#publish(userId, this.#directory.setVisibility(userId, null));
        this.#directory.delete(userId);
        this.#rememberAbsent(userId);
        return;
      }
      this.#directory.restore(person);
      this.#publish(userId, this.#directory.setVisibility(userId, person));
      if (person.isOnline) this.#jobs.check.runWithin(CHECK_AFTER_START_MS);
    },
    onFailed: (userIds, error) => {
      this.context.report("loadVisibility", error);
      this.#restoreNotBefore = this.clock.now() + RETRY_MS;
      // People who are not tracked are read at the next query.
      const tracked = userIds.filter((userId) => this.#directory.visibility.isTracked(userId));
      for (const userId of tracked) this.#publish(userId, this.#directory.setVisibility(userId, null));
      if (tracked.length > 0) this.#jobs.loadVisibility.runWithin(RETRY_MS);
    },
  });
  readonly #publisher = new PresencePublisher({
    call: (subscriberId, targetIds) => this.#notify(subscriberId, targetIds),
    onPublished: (targetId) => this.#directory.markPublished(targetId),
    onFailed: (notifications, error) => {
      this.context.report("publish", error);
      this.#failedNotifications.push(...notifications);
      this.#jobs.publish.runWithin(RETRY_MS);
    },
  });
  /** When the UserRoom of each person last called `announce`, since this instance started. */
  readonly #announcedAt = new Map<string, number>();
  readonly #absent = new Set<string>();
  #failedNotifications: PresenceNotification[] = [];
  #restoreNotBefore = 0;
  #rev = 0;

  override async onStart(): Promise<void> {
    await super.onStart();
    const { targetIds, notifications } = this.#directory.unpublished();
    this.#publisher.publish(targetIds, notifications);
    this.ctx.waitUntil(this.#loader.load(this.#directory.visibility.invalidated()));
    if (this.#directory.dirty(1).length > 0) this.#jobs.flush.runWithin(FLUSH_AFTER_MS);
    if (this.#directory.online().length > 0) this.#jobs.check.runWithin(CHECK_AFTER_START_MS);
  }

  async announce(userId: string, isOnline: boolean, at: number): Promise<void> {
    await this.started();
    this.#announcedAt.set(userId, this.clock.now());
    if (this.#directory.isOnline(userId) === isOnline) return;
    const notifications = this.#directory.announce(userId, isOnline, at);
    this.#jobs.flush.runWithin(FLUSH_AFTER_MS);
    if (isOnline) this.#jobs.check.runWithin(CHECK_EVERY_MS);
    if (!this.#directory.visibility.isTracked(userId)) {
      this.#directory.visibility.invalidate(userId);
      this.ctx.waitUntil(this.#loader.load([userId]));
    }
    this.#publish(userId, notifications);
  }

  async query(viewerId: string, userIds: string[]): Promise<PresenceOf[]> {
    await this.started();
    await this.#restoreUnknown(userIds);
    return this.#directory.views(viewerId, userIds);
  }

  async whoMaySee(userId: string, viewerIds: string[]): Promise<string[]> {
    await this.started();
    return this.#directory.whoMaySee(userId, viewerIds);
  }

  async subscribe(subscriberId: string, add: string[], remove: string[]): Promise<PresenceUpdate> {
    await this.started();
    await this.#restoreUnknown(add);
    this.#directory.subscribe(subscriberId, add, remove);
    return this.#viewsOf(subscriberId, add);
  }

  /** Receives outbox rows of the topic "presence:<user id>": a visibility changed. Resolves when it was read again or has failed. */
  async deliver(rows: OutboxRow[]): Promise<{ failed: FailedRow[] }> {
    await this.started();
    const failed: FailedRow[] = [];
    const changed: string[] = [];
    for (const { id, topic, type } of rows) {
      const userId = topic.slice(topic.indexOf(":") + 1);
      if (type !== "circle.changed") failed.push({ id, error: `not for a presence shard: ${type}` });
      // The visibility of others is read when it is first needed.
      else if (this.#directory.visibility.isTracked(userId)) changed.push(userId);
    }
    await this.#loader.load(changed);
    return { failed };
  }

  /**
   * Reads the people without a record from Postgres, in one query. A shard with new storage has no other record of them. Returns
   * at once for RETRY_MS after Postgres has failed.
   */
  async #restoreUnknown(userIds: string[]): Promise<void> {
    const unknown = this.#directory.unknown(userIds).filter((userId) => !this.#absent.has(userId));
    if (unknown.length === 0 || this.clock.now() < this.#restoreNotBefore) return;
    // After the timeout the query goes on, and its result is stored.
    await withTimeout(RESTORE_TIMEOUT_MS, this.#loader.load(unknown)).catch(() => undefined);
  }

  #rememberAbsent(userId: string): void {
    if (this.#absent.size >= ABSENT_MAX_IDS) this.#absent.clear();
    this.#absent.add(userId);
  }

  async #flush(): Promise<void> {
    const people = this.#directory.dirty(FLUSH_MAX_PEOPLE);
    if (people.length === 0) return;
    await this.store.storePresence(people.map(({ rev: _, ...person }) => person));
    this.#directory.markFlushed(people);
    if (people.length === FLUSH_MAX_PEOPLE) this.#jobs.flush.runWithin(0);
  }

  /** Calls the UserRooms of the people who are online here and whose UserRoom has not called `announce` lately. */
  async #check(): Promise<void> {
    const since = this.clock.now() - CHECK_AFTER_START_MS;
    const online = new Set(this.#directory.online());
    for (const userId of this.#announcedAt.keys()) if (!online.has(userId)) this.#announcedAt.delete(userId);
    const unverified = [...online].filter((userId) => (this.#announcedAt.get(userId) ?? 0) < since);
    const verifyNext = async () => {
      for (let userId = unverified.pop(); userId !== undefined; userId = unverified.pop()) {
        try {
          await this.#verify(userId);
        } catch (error) {
          // The next check calls it again.
          this.context.report("check", error);
        }
      }
    };
    await Promise.all(Array.from({ length: CHECKS_MAX }, verifyNext));
    if (this.#directory.online().length > 0) this.#jobs.check.runWithin(CHECK_EVERY_MS);
  }

  async #verify(userId: string): Promise<void> {
    const announcedAt = this.#announcedAt.get(userId);
    const { leftAt } = await userRoom(this.env, userId).ownPresence();
    // An `announce` during the call is newer than the result.
    if (leftAt !== null && this.#announcedAt.get(userId) === announcedAt)
      await this.announce(userId, false, leftAt);
  }

  async #notify(subscriberId: string, targetIds: string[]): Promise<void> {
    const room = userRoom(this.env, subscriberId);
    const unsubscribed = await room.updatePresence(this.#viewsOf(subscriberId, targetIds));
    if (unsubscribed.length > 0) this.#directory.subscribe(subscriberId, [], unsubscribed);
  }

  #viewsOf(viewerId: string, userIds: string[]): PresenceUpdate {
    this.#rev = Math.max(this.#rev + 1, this.clock.now());
    return { rev: this.#rev, people: this.#directory.views(viewerId, userIds) };
  }

  #publish(targetId: string, notifications: readonly PresenceNotification[]): void {
    this.#publisher.publish([targetId], notifications);
  }
}
