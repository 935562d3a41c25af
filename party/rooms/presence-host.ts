/** What the two halves of presence in an account's room use of that room. */
import type { Connection } from "partyserver";
import type { PartyEnv } from "../env.ts";
import { presenceShardOf } from "../presence-shard.ts";
import type { Dues } from "./dues.ts";

/** How long after its last tab closed a person is still here: a reload or a lost signal is no leaving. */
export const GRACE_MS = 10_000;
/** After a shard could not be reached. */
export const SHARD_RETRY_MS = 5_000;

export type PresenceDue = "announce" | "take-back" | "ask";

export interface PresenceHost {
  readonly env: PartyEnv;
  readonly kv: SyncKvStorage;
  readonly dues: Dues<PresenceDue>;
  userId(): string;
  now(): number;
  /** The open sockets. */
  sockets(): Connection[];
  /** When a socket last proved that somebody is at its other end (milliseconds since 1970). */
  aliveAt(connection: Connection): number;
  send(connection: Connection, text: string): void;
  wakeBy(at: number): void;
  background(work: Promise<void>): void;
  report(where: string, error: unknown): void;
}

/** The shard of this name. Its methods start it themselves. */
export const shardStub = (env: PartyEnv, shard: string) =>
  env.PresenceRoom.get(env.PresenceRoom.idFromName(shard));

export const shardOf = (env: PartyEnv, userId: string) => shardStub(env, presenceShardOf(userId));

/** Sets a due and sees that the room wakes for it. */
export function wakeFor(host: PresenceHost, due: PresenceDue, at: number): void {
  host.dues.set(due, at);
  host.wakeBy(at);
}
