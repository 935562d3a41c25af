/**
 * Whether the person of an account's room is here, and telling their shard. What is told is how things stand at that moment,
 * one call after the other, so that the shard ends up with the truth whatever was lost or late.
 */
import { closeCodes } from "../../protocol/wire.ts";
import { presenceRoom } from "../../stubs.ts";
import { GRACE_MS, type PresenceHost, SHARD_RETRY_MS } from "./presence-host.ts";

/** A socket silent for this long is dead: three heartbeats, or one and a half of a tab in the background. */
export const SILENT_MAX_MS = 90_000;

/** When the last tab left; HERE while there are tabs, and until the grace after the last has passed; nothing before the first. */
const LEFT_AT = "presence-left-at";
const HERE = 0;

export class PresenceHere {
  readonly #host: PresenceHost;
  /** Since when there is no tab, while the grace lasts. */
  #leaving: { at: number; stop: () => void } | null = null;
  #telling: Promise<void> | null = null;
  #isStale = false;

  constructor(host: PresenceHost) {
    this.#host = host;
  }

  /** A tab came. */
  connected(): void {
    const { background, jobs, kv } = this.#host;
    this.#leaving?.stop();
    this.#leaving = null;
    if (kv.get(LEFT_AT) !== HERE) kv.put(LEFT_AT, HERE);
    jobs.announce.cancel();
    background(this.tell());
  }

  /** Tabs may have gone; `except` is one that is closing. Whoever has none left since `at` is gone after the grace. */
  recount(except?: string, at: number = this.#host.now()): void {
    const { kv, later, now, sockets } = this.#host;
    if (kv.get(LEFT_AT) !== HERE || this.#leaving) return;
    if (sockets().some(({ id }) => id !== except)) return;
    const stop = later(Math.max(0, at + GRACE_MS - now()), () => this.#leave(at));
    this.#leaving = { at, stop };
  }

  #leave(at: number): void {
    this.#leaving?.stop();
    this.#leaving = null;
    this.#host.kv.put(LEFT_AT, at);
    this.#host.background(this.tell());
  }

  /** Null while this person is here, a moment ago included; else when they left. Lets go of tabs that have died. */
  leftAt(): number | null {
    this.#closeDead();
    // A room that died may have had tabs.
    this.recount();
    if (this.#leaving && this.#host.now() >= this.#leaving.at + GRACE_MS) this.#leave(this.#leaving.at);
    const leftAt = this.#host.kv.get<number>(LEFT_AT);
    if (leftAt === undefined) return this.#host.now();
    return leftAt === HERE ? null : leftAt;
  }

  /** Tells the shard. */
  async tell(): Promise<void> {
    this.#isStale = true;
    while (this.#isStale) {
      this.#telling ??= this.#tellOnce().finally(() => {
        this.#telling = null;
      });
      await this.#telling;
    }
  }

  async #tellOnce(): Promise<void> {
    this.#isStale = false;
    const { env, now, report, userId } = this.#host;
    const leftAt = this.leftAt();
    try {
      await presenceRoom(env, userId()).announce(userId(), leftAt === null, leftAt ?? now());
    } catch (error) {
      report("announce", error);
      this.#host.jobs.announce.runWithin(SHARD_RETRY_MS);
    }
  }

  #closeDead(): void {
    const { aliveAt, now, sockets } = this.#host;
    const open = sockets();
    const dead = open.filter((socket) => now() - aliveAt(socket) > SILENT_MAX_MS);
    // Who is only asleep notices on waking, and comes back.
    for (const socket of dead) socket.close(closeCodes.tryAgainLater, "silent");
    if (dead.length > 0 && dead.length === open.length)
      this.recount(undefined, Math.max(...dead.map(aliveAt)));
  }
}
