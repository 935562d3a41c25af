/** The outbox as delivery sees it: Postgres in the Worker, anything else in a test. */
import type { Database } from "../../db/client/client.ts";
import {
  claimDueOutbox,
  countOutbox,
  deleteOutbox,
  failOutbox,
  withoutFlush,
} from "../../db/writes/outbox.writes.ts";
import type { FailedRow, OutboxRow } from "./rows.ts";

/** All that delivery needs of the port to Postgres. */
export type ServiceDatabase = Pick<Database, "asService">;

export interface OutboxStore {
  /** Takes rows whose time has come; a taken row comes due again later, by itself. */
  claim(limit: number): Promise<OutboxRow[]>;
  /** Deletes rows that their rooms have written down. */
  forget(ids: readonly string[]): Promise<void>;
  /** Writes down why rows failed. */
  fail(failed: readonly FailedRow[]): Promise<void>;
  /** How many rows are still to be delivered, parked ones not counted. */
  waiting(): Promise<number>;
}

/** The outbox table, as plaza_service. */
export function outboxStore(db: ServiceDatabase): OutboxStore {
  return {
    async claim(limit) {
      const [rows] = await db.asService([claimDueOutbox(limit)]);
      return rows.map(({ created_at, ...row }) => ({ ...row, createdAt: created_at }));
    },
    async forget(ids) {
      if (ids.length > 0) await db.asService([withoutFlush(), deleteOutbox(ids)]);
    },
    async fail(failed) {
      if (failed.length > 0) await db.asService(failed.map(({ id, error }) => failOutbox(id, error)));
    },
    async waiting() {
      const [[count]] = await db.asService([countOutbox()]);
      return count?.waiting ?? 0;
    },
  };
}
