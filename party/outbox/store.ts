/** Access to the outbox table. Tests use a store in memory. */
import type { Database } from "../../db/client/client.ts";
import {
  claimDueOutbox,
  countOutbox,
  deleteOutbox,
  failOutbox,
  withoutFlush,
} from "../../db/writes/outbox.writes.ts";
import type { FailedRow, OutboxRow } from "./rows.ts";

/** The part of the database client that rooms use. */
export type ServiceDatabase = Pick<Database, "asService">;

export interface OutboxStore {
  /** Claims rows that are due. A claimed row that is neither deleted nor failed is due again after a while. */
  claim(limit: number): Promise<OutboxRow[]>;
  /** Deletes delivered rows. */
  delete(ids: readonly string[]): Promise<void>;
  /** Stores the errors of rows. A row that has failed too often becomes a dead letter. */
  fail(failed: readonly FailedRow[]): Promise<void>;
  /** The number of rows in the outbox, without dead letters. */
  countWaiting(): Promise<number>;
}

/** The outbox table in Postgres, as plaza_service. */
export function outboxStore(db: ServiceDatabase): OutboxStore {
  return {
    async claim(limit) {
      const [rows] = await db.asService([claimDueOutbox(limit)]);
      return rows.map(({ created_at, ...row }) => ({ ...row, createdAt: created_at }));
    },
    async delete(ids) {
      if (ids.length > 0) await db.asService([withoutFlush(), deleteOutbox(ids)]);
    },
    async fail(failed) {
      if (failed.length > 0) await db.asService(failed.map(({ id, error }) => failOutbox(id, error)));
    },
    async countWaiting() {
      const [[count]] = await db.asService([countOutbox()]);
      return count?.waiting ?? 0;
    },
  };
}
