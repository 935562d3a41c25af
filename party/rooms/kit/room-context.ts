/** What a room gives to the classes it is made of: its storage, clock, sockets, jobs and log. Tests build a part of it. */
import type { Connection } from "partyserver";
import type { PartyEnv } from "../../env.ts";
import type { ServiceDatabase } from "../../outbox/store.ts";
import type { ControlFrame, Envelope } from "../../protocol/envelope.ts";
import { closeCodes } from "../../protocol/wire.ts";
import { JobScheduler, type Timers } from "./job-scheduler.ts";
import { serviceDatabase } from "./service-database.ts";
import type { Deps, Sql } from "./sql.ts";

/** The functions need no `this` and may be destructured. */
export interface RoomContext extends Deps {
  /** The room's name: the id of its account, post or conversation. */
  readonly name: string;
  readonly env: PartyEnv;
  readonly sql: Sql;
  readonly kv: SyncKvStorage;
  readonly scheduler: JobScheduler;
  /** Postgres as plaza_service. */
  readonly database: ServiceDatabase;
  /** Runs the work in one SQLite transaction: all of it is written, or nothing. */
  readonly transact: <T>(work: () => T) => T;
  /** `reload` is called after a transaction was rolled back: what is held in memory may not be stored. */
  readonly onRollback: (reload: () => void) => void;
  /** Sends a frame to one socket. A socket that cannot take it is closed. */
  readonly send: (connection: Connection, frame: ControlFrame | Envelope | string) => void;
  /** Goes on after the present call has returned. */
  readonly background: (work: Promise<unknown>) => void;
  /** Logs an error. `where`: the name of the operation. */
  readonly report: (where: string, error: unknown) => void;
}

/** The parts of a partyserver room that the context is made of. */
interface RoomParts {
  /** The class, for the log. */
  className: string;
  name(): string;
  env: PartyEnv;
  state: DurableObjectState;
  now(): number;
  timers: Timers;
}

export function createRoomContext({ className, name, env, state, now, timers }: RoomParts): RoomContext {
  const { storage } = state;
  const reloads: (() => void)[] = [];
  const background = (work: Promise<unknown>) => state.waitUntil(work);
  const report = (where: string, error: unknown) =>
    console.error(JSON.stringify({ room: className, where, error: String(error) }));
  return {
    get name() {
      return name();
    },
    env,
    sql: storage.sql,
    kv: storage.kv,
    now,
    newId: () => crypto.randomUUID(),
    scheduler: new JobScheduler({ sql: storage.sql, alarm: storage, timers, now, background, report }),
    get database() {
      return serviceDatabase(env);
    },
    transact(work) {
      try {
        return storage.transactionSync(work);
      } catch (error) {
        for (const reload of reloads) reload();
        throw error;
      }
    },
    onRollback: (reload) => void reloads.push(reload),
    send(connection, frame) {
      try {
        connection.send(typeof frame === "string" ? frame : JSON.stringify(frame));
      } catch {
        connection.close(closeCodes.internal, "unsendable");
      }
    },
    background,
    report,
  };
}
