/**
 * Whom the tabs of an account watch: sets are registered with the shards, and what the shards say is passed to the tabs that
 * want it. Registering is idempotent and answers how things stand, so that it is also the way to mend whatever was lost.
 */

import type { Connection } from "partyserver";
import type { PresenceOf } from "../../../db/views/presence.view.ts";
import { byPresenceShard } from "../../presence-shards.ts";
import type { Signal } from "../../protocol/signals.ts";
import { PROTOCOL_VERSION } from "../../protocol/wire.ts";
import type { PresenceUpdate } from "../../rpc.ts";
import { presenceShard } from "../../stubs.ts";
import type { Sql } from "../kit/sql.ts";
import { GRACE_MS, type PresenceHost, SHARD_RETRY_MS, type TabState } from "./presence-host.ts";
import { PresenceSets } from "./presence-sets.ts";

type Tab = Connection<TabState>;

export class PresenceWatching {
  readonly #host: PresenceHost;
  readonly #sets: PresenceSets;
  /** Tabs whose set is being registered, and whether it changed meanwhile. */
  readonly #asking = new Map<string, { isStale: boolean }>();
  /** While shards are asked: what they said by themselves meanwhile may be newer than their answers. */
  readonly #heard = new Map<string, number>();
  /** Registering goes one after the other: what is taken back never overtakes what is wanted. */
  #registering: Promise<unknown> = Promise.resolve();
  #isTakingBack = false;

  constructor(sql: Sql, host: PresenceHost) {
    this.#sets = new PresenceSets(sql);
    this.#host = host;
  }

  /** The room woke: tabs may have gone without a word. */
  started(): void {
    if (this.#sets.hasMoreThan(new Set(this.#setsInUse()))) this.#takeBackSoon();
  }

  /** A tab's whole set, in the place of its last; answered by how everybody in it is. */
  watch(tab: Tab, userIds: readonly string[]): void {
    const before = setOf(tab);
    const set = this.#sets.keep(userIds);
    tab.setState((state) => ({ connectedAt: state?.connectedAt ?? this.#host.now(), set }));
    if (before !== null && before !== set) this.#takeBackSoon();
    this.#askFor(tab);
  }

  closed(tab: Tab): void {
    if (setOf(tab) !== null) this.#takeBackSoon();
  }

  /** A shard says how people are now. Answers whom of them nobody here wants to hear of. */
  hear({ rev, people }: PresenceUpdate): string[] {
    if (this.#asking.size > 0) for (const { userId } of people) this.#heard.set(userId, rev);
    for (const tab of this.#host.sockets()) this.#send(tab, people);
    const wanted = this.#sets.union(this.#setsInUse());
    return people.map(({ userId }) => userId).filter((userId) => !wanted.has(userId));
  }

  /** Asks for everybody's set anew. */
  async askAgain(): Promise<void> {
    for (const tab of this.#host.sockets()) if (setOf(tab) !== null) this.#askFor(tab);
  }

  #askFor(tab: Tab): void {
    const asking = this.#asking.get(tab.id);
    if (asking) asking.isStale = true;
    else this.#host.background(this.#ask(tab));
  }

  async #ask(tab: Tab): Promise<void> {
    const asking = { isStale: true };
    this.#asking.set(tab.id, asking);
    try {
      while (asking.isStale) {
        asking.isStale = false;
        const answers = await this.#register([...this.#sets.of(setOf(tab))], []);
        // A set that changed meanwhile is asked for as a whole.
        if (!asking.isStale)
          this.#send(
            tab,
            answers.flatMap((answer) => this.#newest(answer)),
            true,
          );
      }
    } finally {
      this.#asking.delete(tab.id);
      if (this.#asking.size === 0) this.#heard.clear();
    }
  }

  /** What no tab wants any more is taken back in a while, because most tabs come back. */
  #takeBackSoon(): void {
    if (this.#isTakingBack) return;
    this.#isTakingBack = true;
    this.#host.later(GRACE_MS, () => {
      this.#isTakingBack = false;
      this.#host.background(this.#takeBack());
    });
  }

  async #takeBack(): Promise<void> {
    const unwanted = this.#sets.dropExcept(new Set(this.#setsInUse()));
    if (unwanted.length > 0) await this.#register([], unwanted);
  }

  #register(add: readonly string[], remove: readonly string[]): Promise<PresenceUpdate[]> {
    const turn = this.#registering.then(() => this.#registerNow(add, remove));
    this.#registering = turn;
    return turn;
  }

  async #registerNow(add: readonly string[], remove: readonly string[]): Promise<PresenceUpdate[]> {
    const { env, report, userId } = this.#host;
    // Whoever is wanted again by now stays.
    const wanted = this.#sets.union(this.#setsInUse());
    const added = byPresenceShard(add);
    const removed = byPresenceShard(remove.filter((each) => !wanted.has(each)));
    const answers = await Promise.all(
      [...new Set([...added.keys(), ...removed.keys()])].map(async (shard) => {
        try {
          return await presenceShard(env, shard).subscribe(
            userId(),
            added.get(shard) ?? [],
            removed.get(shard) ?? [],
          );
        } catch (error) {
          report("watch presence", error);
          // What could not be taken back is refused when the shard next says something about it.
          if (added.has(shard)) this.#host.jobs.ask.runWithin(SHARD_RETRY_MS);
          return null;
        }
      }),
    );
    return answers.filter((answer) => answer !== null);
  }

  #setsInUse(): (number | null)[] {
    return this.#host.sockets().map(setOf);
  }

  #newest({ rev, people }: PresenceUpdate): PresenceOf[] {
    return people.filter(({ userId }) => (this.#heard.get(userId) ?? 0) < rev);
  }

  /** To one tab, what of it is in its set; `isAnswer` also when that is nothing. */
  #send(tab: Tab, people: readonly PresenceOf[], isAnswer = false): void {
    const wanted = this.#sets.of(setOf(tab));
    const told = people.filter(({ userId }) => wanted.has(userId));
    if (told.length === 0 && !isAnswer) return;
    const signal: Signal = {
      v: PROTOCOL_VERSION,
      type: "presence.changed",
      at: new Date(this.#host.now()).toISOString(),
      data: { people: told },
    };
    this.#host.send(tab, JSON.stringify(signal));
  }
}

const setOf = (tab: Tab): number | null => tab.state?.set ?? null;
