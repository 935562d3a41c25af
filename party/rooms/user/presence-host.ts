/** What the two halves of presence in an account's room use of that room. */
import type { Connection } from "partyserver";
import type { PartyEnv } from "../../env.ts";
import type { Job } from "../kit/job-scheduler.ts";

/** How long after its last tab closed a person is still here: a reload or a lost signal is no leaving. */
export const GRACE_MS = 10_000;
/** After a shard could not be reached. */
export const SHARD_RETRY_MS = 5_000;

/** What a socket of an account's room carries through the room's sleep. */
export interface TabState {
  /** Milliseconds since 1970. */
  connectedAt: number;
  /** Whom it watches: the number of a set, or null. */
  set: number | null;
}

export interface PresenceHost {
  readonly env: PartyEnv;
  readonly kv: SyncKvStorage;
  /** Durable: tried again by the alarm. */
  readonly jobs: { readonly announce: Job; readonly ask: Job };
  userId(): string;
  now(): number;
  /** The open sockets. */
  sockets(): Connection<TabState>[];
  /** When a socket last proved that somebody is at its other end (milliseconds since 1970). */
  aliveAt(connection: Connection<TabState>): number;
  send(connection: Connection, text: string): void;
  /**
   * In memory only: a reconnect that takes it back has written nothing. Should the room die before, what it was about is
   * found out later, when the shard asks or next has something to say.
   */
  later(ms: number, work: () => void): () => void;
  background(work: Promise<void>): void;
  report(where: string, error: unknown): void;
}
