/**
 * The presence subscriptions of an account's tabs: they are subscribed at the presence shards, and updates from the shards are
 * sent to the tabs that subscribed. A subscribe is idempotent and answers the present state, so that repeating it also repairs
 * what was lost. People of a shard that does not answer are read from Postgres, in one query.
 */
import type { Connection } from "partyserver";
import type { PresenceOf } from "../../../db/views/presence.view.ts";
import { byPresenceShard } from "../../presence-shards.ts";
import type { Signal } from "../../protocol/signals.ts";
import { PROTOCOL_VERSION } from "../../protocol/wire.ts";
import type { PresenceUpdate } from "../../rpc.ts";
import { presenceShard } from "../../stubs.ts";
import { withTimeout } from "../../with-timeout.ts";
import type { Sql } from "../kit/sql.ts";
import { GRACE_MS, type PresenceContext, SHARD_RETRY_MS, type TabState } from "./presence-context.ts";
import { SubscriptionSets } from "./subscription-sets.ts";

/** A shard that has not answered after this long counts as failed. */
export const SUBSCRIBE_TIMEOUT_MS = 2_000;

type Tab = Connection<TabState>;

/** The answers of the shards, and the people of those that failed. */
interface SubscribeResult {
  updates: PresenceUpdate[];
  failedIds: string[];
}

export class PresenceSubscriptions {
  readonly #context: PresenceContext;
  readonly #sets: SubscriptionSets;
  /** Tabs whose set is being subscribed, and whether the set changed meanwhile. */
  readonly #subscribing = new Map<string, { isStale: boolean }>();
  /** While shards are called: the revs of their updates, which may be newer than their answers. */
  readonly #receivedRevs = new Map<string, number>();
  /** Calls follow one another, so that an unsubscribe never overtakes a later subscribe. */
  #lastCall: Promise<unknown> = Promise.resolve();
  #isUnsubscribeScheduled = false;

  constructor(sql: Sql, context: PresenceContext) {
    this.#sets = new SubscriptionSets(sql);
    this.#context = context;
  }

  /** After a restart: tabs may have closed unnoticed. */
  onStart(): void {
    if (this.#sets.hasOthers(new Set(this.#setsInUse()))) this.#scheduleUnsubscribe();
  }

  /** Replaces a tab's set; answered by a signal with everybody in it. */
  replaceSet(tab: Tab, userIds: readonly string[]): void {
    const before = setOf(tab);
    const set = this.#sets.store(userIds);
    tab.setState((state) => ({ connectedAt: state?.connectedAt ?? this.#context.now(), set }));
    if (before !== null && before !== set) this.#scheduleUnsubscribe();
    this.#subscribe(tab);
  }

  onClose(tab: Tab): void {
    if (setOf(tab) !== null) this.#scheduleUnsubscribe();
  }

  /** Sends a shard's update to the tabs. Answers the people that no tab subscribes to. */
  onUpdate({ rev, people }: PresenceUpdate): string[] {
    if (this.#subscribing.size > 0) for (const { userId } of people) this.#receivedRevs.set(userId, rev);
    for (const tab of this.#context.sockets()) this.#send(tab, people);
    const wanted = this.#sets.union(this.#setsInUse());
    return people.map(({ userId }) => userId).filter((userId) => !wanted.has(userId));
  }

  /** Subscribes every tab's set again. */
  async resubscribe(): Promise<void> {
    for (const tab of this.#context.sockets()) if (setOf(tab) !== null) this.#subscribe(tab);
  }

  #subscribe(tab: Tab): void {
    const running = this.#subscribing.get(tab.id);
    if (running) running.isStale = true;
    else this.#context.background(this.#subscribeNow(tab));
  }

  async #subscribeNow(tab: Tab): Promise<void> {
    const run = { isStale: true };
    this.#subscribing.set(tab.id, run);
    try {
      while (run.isStale) {
        run.isStale = false;
        const { updates, failedIds } = await this.#callShards([...this.#sets.of(setOf(tab))], []);
        const stored = run.isStale ? [] : await this.#readStored(failedIds);
        // A set that changed meanwhile is subscribed again as a whole.
        if (run.isStale) continue;
        const answers = updates.flatMap((update) => this.#newest(update));
        this.#send(
          tab,
          [...answers, ...stored.filter(({ userId }) => !this.#receivedRevs.has(userId))],
          true,
        );
      }
    } finally {
      this.#subscribing.delete(tab.id);
      if (this.#subscribing.size === 0) this.#receivedRevs.clear();
    }
  }

  /** Unsubscribes what no tab uses any more, after a delay: most tabs come back. */
  #scheduleUnsubscribe(): void {
    if (this.#isUnsubscribeScheduled) return;
    this.#isUnsubscribeScheduled = true;
    this.#context.later(GRACE_MS, () => {
      this.#isUnsubscribeScheduled = false;
      this.#context.background(this.#unsubscribeUnused());
    });
  }

  async #unsubscribeUnused(): Promise<void> {
    const unused = this.#sets.deleteExcept(new Set(this.#setsInUse()));
    if (unused.length > 0) await this.#callShards([], unused);
  }

  #callShards(add: readonly string[], remove: readonly string[]): Promise<SubscribeResult> {
    const call = this.#lastCall.then(() => this.#callShardsNow(add, remove));
    this.#lastCall = call;
    return call;
  }

  /** Never throws. */
  async #callShardsNow(add: readonly string[], remove: readonly string[]): Promise<SubscribeResult> {
    const { env, jobs, report, userId } = this.#context;
    // People who were subscribed again meanwhile stay subscribed.
    const wanted = this.#sets.union(this.#setsInUse());
    const added = byPresenceShard(add);
    const removed = byPresenceShard(remove.filter((each) => !wanted.has(each)));
    const failedIds: string[] = [];
    const updates = await Promise.all(
      [...new Set([...added.keys(), ...removed.keys()])].map(async (shard) => {
        try {
          return await withTimeout(
            SUBSCRIBE_TIMEOUT_MS,
            presenceShard(env, shard).subscribe(userId(), added.get(shard) ?? [], removed.get(shard) ?? []),
          );
        } catch (error) {
          report("subscribe presence", error);
          failedIds.push(...(added.get(shard) ?? []));
          // A failed unsubscribe is repeated when the shard next sends an update of that person.
          if (added.has(shard)) jobs.resubscribe.runWithin(SHARD_RETRY_MS);
          return null;
        }
      }),
    );
    return { updates: updates.filter((update) => update !== null), failedIds };
  }

  /** Never throws: without Postgres these people are left out of the answer. */
  async #readStored(userIds: string[]): Promise<PresenceOf[]> {
    if (userIds.length === 0) return [];
    try {
      return await this.#context.readStored(userIds);
    } catch (error) {
      this.#context.report("read stored presence", error);
      return [];
    }
  }

  #setsInUse(): (number | null)[] {
    return this.#context.sockets().map(setOf);
  }

  #newest({ rev, people }: PresenceUpdate): PresenceOf[] {
    return people.filter(({ userId }) => (this.#receivedRevs.get(userId) ?? 0) < rev);
  }

  /** Sends one tab the people in its set. `isAnswer`: also when there are none. */
  #send(tab: Tab, people: readonly PresenceOf[], isAnswer = false): void {
    const wanted = this.#sets.of(setOf(tab));
    const visible = people.filter(({ userId }) => wanted.has(userId));
    if (visible.length === 0 && !isAnswer) return;
    const signal: Signal = {
      v: PROTOCOL_VERSION,
      type: "presence.changed",
      at: new Date(this.#context.now()).toISOString(),
      data: { people: visible },
    };
    this.#context.send(tab, JSON.stringify(signal));
  }
}

const setOf = (tab: Tab): number | null => tab.state?.set ?? null;
