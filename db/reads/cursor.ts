/**
 * Opaque cursors: base64url of the list's name and the sort key of the last item. A cursor of another list is
 * refused, so that a sort key is never used in a list with another order.
 */
import { z } from "zod";

/** A cursor that cannot be read, or belongs to another list. */
export class BadCursor extends Error {}

/** A timestamp with all of Postgres' microseconds, and the id that breaks ties. */
export const timeKey = z.tuple([
  z
    .string()
    .regex(/^(?!0000)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00$/)
    .refine(isInstant),
  z.uuid(),
]);
export type TimeKey = z.infer<typeof timeKey>;
/** False for dates like 31 February and times like 99:99, which Postgres rejects. */
function isInstant(text: string): boolean {
  const seconds = `${text.slice(0, 10)}T${text.slice(11, 19)}`;
  const time = new Date(`${seconds}Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(seconds);
}
/** A score and the id that breaks ties. */
export const scoreKey = z.tuple([z.int32().gt(-(2 ** 31)), z.uuid()]);
export type ScoreKey = z.infer<typeof scoreKey>;
/** The ids from a thread's root down to a comment, one to eight, in hex. */
export const pathKey = z.tuple([z.string().regex(/^(?:[0-9a-f]{32}){1,8}$/)]);
export type PathKey = z.infer<typeof pathKey>;

/** @param list names the list and its scope, e.g. `posts:profile` */
export function encodeCursor(list: string, key: readonly unknown[]): string {
  return btoa(JSON.stringify([list, ...key]))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** @throws BadCursor unless `cursor` was made by `encodeCursor` for the same list. */
export function decodeCursor<K>(list: string, shape: z.ZodType<K>, cursor: string): K {
  try {
    const [name, ...key] = z
      .array(z.unknown())
      .parse(JSON.parse(atob(cursor.replaceAll("-", "+").replaceAll("_", "/"))));
    if (name === list) return shape.parse(key);
  } catch {
    // falls through to BadCursor
  }
  throw new BadCursor("The cursor cannot be read");
}

/**
 * Cuts a page from rows fetched one beyond its limit.
 * @returns the page's rows and the cursor after the last of them, null at the end
 */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, nextCursor: rows.length > limit && last ? cursorOf(last) : null };
}
