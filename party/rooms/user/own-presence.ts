/**
 * Whether the account of a UserRoom is online, and the reports of it to the account's presence shard. A report has the state of
 * the moment it is sent, and reports follow one another, so that the last one is right whatever was lost or late.
 */
import { closeCodes } from "../../protocol/wire.ts";
import { presenceRoom } from "../../stubs.ts";
import { GRACE_MS, type PresenceContext, SHARD_RETRY_MS } from "./presence-context.ts";

/** A socket without a ping for this long counts as dead: three heartbeats, one and a half for a tab in the background. */
export const SILENT_MAX_MS = 90_000;

/** When the last tab left; ONLINE while there are tabs and for the grace after the last; absent before the first tab. */
const LEFT_AT = "presence-left-at";
const ONLINE = 0;

export class OwnPresence {
  readonly #context: PresenceContext;
  /** Since when there is no tab, during the grace. */
  #leaving: { at: number; cancel: () => void } | null = null;
  #reporting: Promise<void> | null = null;
  #isReportNeeded = false;

  constructor(context: PresenceContext) {
    this.#context = context;
  }

  /** A tab has connected. */
  onConnect(): void {
    const { background, jobs, kv } = this.#context;
    this.#leaving?.cancel();
    this.#leaving = null;
    if (kv.get(LEFT_AT) !== ONLINE) kv.put(LEFT_AT, ONLINE);
    jobs.announce.cancel();
    background(this.report());
  }

  /** Starts the grace if no tab is left since `at`. `closingId`: a socket that is closing and does not count. */
  onDisconnect(closingId?: string, at: number = this.#context.now()): void {
    const { kv, later, now, sockets } = this.#context;
    if (kv.get(LEFT_AT) !== ONLINE || this.#leaving) return;
    if (sockets().some(({ id }) => id !== closingId)) return;
    const cancel = later(Math.max(0, at + GRACE_MS - now()), () => this.#leave(at));
    this.#leaving = { at, cancel };
  }

  /** Null while this person is online, the grace included; else when they left. Closes dead sockets. */
  leftAt(): number | null {
    this.#closeDeadSockets();
    // A room that restarted may have had tabs.
    this.onDisconnect();
    if (this.#leaving && this.#context.now() >= this.#leaving.at + GRACE_MS) this.#leave(this.#leaving.at);
    const leftAt = this.#context.kv.get<number>(LEFT_AT);
    if (leftAt === undefined) return this.#context.now();
    return leftAt === ONLINE ? null : leftAt;
  }

  /** Reports the present state to the shard. Never throws: a failed report is repeated by a job. */
  async report(): Promise<void> {
    this.#isReportNeeded = true;
    while (this.#isReportNeeded) {
      this.#reporting ??= this.#reportOnce().finally(() => {
        this.#reporting = null;
      });
      await this.#reporting;
    }
  }

  #leave(at: number): void {
    this.#leaving?.cancel();
    this.#leaving = null;
    this.#context.kv.put(LEFT_AT, at);
    this.#context.background(this.report());
  }

  async #reportOnce(): Promise<void> {
    this.#isReportNeeded = false;
    const { env, jobs, now, report, userId } = this.#context;
    const leftAt = this.leftAt();
    try {
      await presenceRoom(env, userId()).announce(userId(), leftAt === null, leftAt ?? now());
    } catch (error) {
      report("announce", error);
      jobs.announce.runWithin(SHARD_RETRY_MS);
    }
  }

  #closeDeadSockets(): void {
    const { aliveAt, now, sockets } = this.#context;
    const open = sockets();
    const dead = open.filter((socket) => now() - aliveAt(socket) > SILENT_MAX_MS);
    // A client that was only suspended notices the close and reconnects.
    for (const socket of dead) socket.close(closeCodes.tryAgainLater, "silent");
    if (dead.length > 0 && dead.length === open.length)
      this.onDisconnect(undefined, Math.max(...dead.map(aliveAt)));
  }
}
