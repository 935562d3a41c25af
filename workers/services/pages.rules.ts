/** Pages by cursor, and single rows. */
import type { z } from "zod";
import { cutPage, decodeCursor, encodeCursor } from "../../db/reads/cursor.ts";
import { ApiError } from "../errors.ts";

export interface PageRequest {
  cursor?: string | undefined;
  limit: number;
}
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/**
 * A list read in pages by a cursor over its sort key.
 * @param name the list and its scope, e.g. `posts:profile`; a cursor of another list is refused
 */
export const pagedList = <K extends unknown[]>(name: string, key: z.ZodType<K>) => ({
  /**
   * The sort key that the page starts after, null for the first page.
   * @throws BadCursor
   */
  after: (cursor: string | undefined): K | null =>
    cursor === undefined ? null : decodeCursor(name, key, cursor),
  cursor: (after: K): string => encodeCursor(name, after),
  /** The page of `limit` rows, from rows read one beyond it. */
  page<Row extends { view: unknown }>(
    rows: readonly Row[],
    limit: number,
    keyOf: (row: Row) => K,
  ): Page<Row["view"]> {
    const cut = cutPage(rows, limit, (row) => encodeCursor(name, keyOf(row)));
    return { items: cut.rows.map((row) => row.view), nextCursor: cut.nextCursor };
  },
});

/** @throws ApiError NOT_FOUND when there is no row */
export function only<T>(rows: readonly T[]): T {
  const row = rows[0];
  if (row === undefined) throw new ApiError("NOT_FOUND");
  return row;
}
