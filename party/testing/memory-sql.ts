/** Node's SQLite with the interface of a room's `storage.sql`, for tests without a room. */
import { DatabaseSync } from "node:sqlite";
import type { Sql, SqlValue } from "../rooms/kit/sql.ts";

export function memorySql(): Sql {
  const db = new DatabaseSync(":memory:");
  return {
    exec: <T>(query: string, ...bindings: SqlValue[]) => {
      const rows = db
        .prepare(query)
        .all(...bindings.map((each) => (each instanceof ArrayBuffer ? null : each)));
      return { toArray: () => rows as T[] };
    },
  };
}
