/**
 * Whom the tabs of an account watch: sets are registered with the shards, and what the shards say is passed to the tabs that
 * want it. Registering is idempotent and answers how things stand, so that it is also the way to mend whatever was lost.
 */
import type { Connection } from "partyserver";
import type { PresenceOf } from "../../db/views/presence.view.ts";
import { byPresenceShard } from "../presence-shard.ts";
import { PROTOCOL_VERSION } from "../protocol/envelope.ts";
import type { Signal } from "../protocol/signals.ts";
import type { PresenceStates } from "./presence.room.ts";
import { GRACE_MS, type PresenceHost, SHARD_RETRY_MS, shardStub, wakeFor } from "./presence-host.ts";
import { PresenceSets } from "./presence-sets.ts";
import type { Sql } from "./storage.ts";

export class PresenceWatching {
  readonly #host: PresenceHost;
  readonly #sets: PresenceSets;
  /** Tabs whose set is being registered, and whether it changed meanwhile. */
  readonly #asking = new Map<string, { isStale: boolean }>();
  /** While shards are asked: what they said by themselves meanwhile may be newer than their answers. */
  readonly #heard = new Map<string, number>();
  /** Registering goes one after the other: what is taken back never overtakes what is wanted. */
  #registering: Promise<unknown> = Promise.resolve();

  constructor(sql: Sql, host: PresenceHost) {
    this.#sets = new PresenceSets(sql);
    this.#host = host;
  }

  /** The room woke: tabs may have gone without a word. */
  started(): void {
    this.#sets.keepOnly(this.#host.sockets().map(({ id }) => id));
    this.#takeBackSoon();
  }

  /** A tab's whole set, in the place of its last; answered by how everybody in it is. */
  watch(connection: Connection, userIds: readonly string[]): void {
    this.#sets.replace(connection.id, userIds);
    const asking = this.#asking.get(connection.id);
    if (asking) asking.isStale = true;
    else this.#host.background(this.#ask(connection));
  }

  closed(connectionId: string): void {
    const others = this.#host.sockets().filter(({ id }) => id !== connectionId);
    this.#sets.keepOnly(others.map(({ id }) => id));
    this.#takeBackSoon();
  }

  /** A shard says how people are now. Answers whom of them nobody here wants to hear of. */
  hear({ rev, people }: PresenceStates): string[] {
    if (this.#asking.size > 0) for (const { userId } of people) this.#heard.set(userId, rev);
    for (const connection of this.#host.sockets()) this.#send(connection, people);
    const unwanted = this.#sets.unwanted(people.map(({ userId }) => userId));
    this.#sets.noteTakenBack(unwanted);
    return unwanted;
  }

  /** Tells the shards whom nobody here wants to hear of any more. */
  async takeBack(): Promise<void> {
    await this.#register([]);
  }

  /** Asks for everybody's set anew. */
  async askAgain(): Promise<void> {
    for (const connection of this.#host.sockets()) this.watch(connection, [...this.#sets.of(connection.id)]);
  }

  async #ask(connection: Connection): Promise<void> {
    const asking = { isStale: true };
    this.#asking.set(connection.id, asking);
    try {
      while (asking.isStale) {
        asking.isStale = false;
        const answers = await this.#register([...this.#sets.of(connection.id)]);
        // A set that changed meanwhile is asked for as a whole.
        if (!asking.isStale)
          this.#send(
            connection,
            answers.flatMap((answer) => this.#newest(answer)),
            true,
          );
      }
    } finally {
      this.#asking.delete(connection.id);
      if (this.#asking.size === 0) this.#heard.clear();
    }
  }

  /** Each shard is told what of `userIds` is its own, and what of its own is not wanted any more. */
  #register(userIds: readonly string[]): Promise<PresenceStates[]> {
    const turn = this.#registering.then(() => this.#registerNow(userIds));
    this.#registering = turn;
    return turn;
  }

  async #registerNow(userIds: readonly string[]): Promise<PresenceStates[]> {
    const { env, now, report, userId } = this.#host;
    const added = byPresenceShard(userIds);
    const removed = byPresenceShard(this.#sets.leftOver());
    this.#sets.noteTold(userIds);
    const answers = await Promise.all(
      [...new Set([...added.keys(), ...removed.keys()])].map(async (shard) => {
        const [add, remove] = [added.get(shard) ?? [], removed.get(shard) ?? []];
        try {
          const answer = await shardStub(env, shard).watch(userId(), add, remove);
          // Whoever is wanted again by now is registered next.
          this.#sets.noteTakenBack(this.#sets.unwanted(remove));
          return answer;
        } catch (error) {
          report("watch presence", error);
          wakeFor(this.#host, add.length > 0 ? "ask" : "take-back", now() + SHARD_RETRY_MS);
          return null;
        }
      }),
    );
    return answers.filter((answer) => answer !== null);
  }

  #newest({ rev, people }: PresenceStates): PresenceOf[] {
    return people.filter(({ userId }) => (this.#heard.get(userId) ?? 0) < rev);
  }

  /** To one tab, what of it is in its set; `isAnswer` also when that is nothing. */
  #send(connection: Connection, people: readonly PresenceOf[], isAnswer = false): void {
    const wanted = this.#sets.of(connection.id);
    const told = people.filter(({ userId }) => wanted.has(userId));
    if (told.length === 0 && !isAnswer) return;
    const signal: Signal = {
      v: PROTOCOL_VERSION,
      type: "presence.changed",
      at: new Date(this.#host.now()).toISOString(),
      data: { people: told },
    };
    this.#host.send(connection, JSON.stringify(signal));
  }

  #takeBackSoon(): void {
    if (this.#sets.leftOver().length > 0) wakeFor(this.#host, "take-back", this.#host.now() + GRACE_MS);
  }
}
