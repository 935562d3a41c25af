/** What a room passes to its classes: storage, clock, job scheduler, database, error log. Tests build a part of it. */
import type { Connection } from "partyserver";
import type { PartyEnv } from "../../env.ts";
import type { ServiceDatabase } from "../../outbox/store.ts";
import type { ControlFrame, Envelope } from "../../protocol/envelope.ts";
import { closeCodes } from "../../protocol/wire.ts";
import { JobScheduler } from "./job-scheduler.ts";
import type { Timers } from "./jobs.ts";
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
  /** Runs the work in one SQLite transaction. */
  readonly transact: <T>(work: () => T) => T;
  /** Registers a callback for rollbacks of `transact`. It has to read again what is held in memory. */
  readonly onRollback: (reload: () => void) => void;
  /** Sends a frame to one socket. Closes the socket when that fails. */
  readonly send: (connection: Connection, frame: ControlFrame | Envelope | string) => void;
  /** `waitUntil`: the work goes on after the current call has returned. */
  readonly background: (work: Promise<unknown>) => void;
  /** Logs an error. `where`: the name of the operation. */
  readonly report: (where: string, error: unknown) => void;
}

/** The parts of a partyserver room from which the context is created. */
interface RoomParts {
  /** Name of the room's class, for the error log. */
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
