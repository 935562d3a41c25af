/** The parts of a UserRoom that its presence classes use. */
import type { Connection } from "partyserver";
import type { PresenceOf } from "../../../db/views/presence.view.ts";
import type { PartyEnv } from "../../env.ts";
import type { Job } from "../kit/job-scheduler.ts";

/** For this long after the last tab closed a person still counts as online: a page may be reloading. */
export const GRACE_MS = 10_000;
/** After a presence shard could not be reached. */
export const SHARD_RETRY_MS = 5_000;

/** What the platform keeps with a socket of a UserRoom while the room hibernates. */
export interface TabState {
  /** Milliseconds since 1970. */
  connectedAt: number;
  /** The subscription set of this tab, by its number; null for none. */
  set: number | null;
}

export interface PresenceContext {
  readonly env: PartyEnv;
  readonly kv: SyncKvStorage;
  /** Durable jobs that repeat a failed call to a shard. */
  readonly jobs: { readonly announce: Job; readonly resubscribe: Job };
  userId(): string;
  now(): number;
  /** The open sockets. */
  sockets(): Connection<TabState>[];
  /** When the client of a socket last sent a ping, or connected (milliseconds since 1970). */
  aliveAt(connection: Connection<TabState>): number;
  send(connection: Connection, text: string): void;
  /** The stored presence of these people as far as this account may see it: one query to Postgres. */
  readStored(userIds: string[]): Promise<PresenceOf[]>;
  /**
   * A timer in memory; the answer cancels it. A reconnect within the delay has written nothing. If the process stops before,
   * the shard corrects its records by its next check or notification.
   */
  later(ms: number, work: () => void): () => void;
  background(work: Promise<void>): void;
  report(where: string, error: unknown): void;
}
