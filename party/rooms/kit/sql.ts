/** Interfaces of a room's SQLite and clock, so that its classes can be tested without a room. */

export type SqlValue = ArrayBuffer | string | number | null;

export interface Sql {
  exec<T extends Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]): { toArray(): T[] };
}

export interface Deps {
  /** Milliseconds since 1970. */
  now(): number;
  newId(): string;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
