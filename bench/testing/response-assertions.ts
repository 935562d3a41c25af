/** What tests expect of every HTTP answer. */
import { expect } from "vitest";
import { z } from "zod";
import { type Answer, serviceRows, thisPlaza } from "./api-clients.ts";

/** Signs of internals: stacks, SQL, file names, libraries. */
const INTERNALS =
  /\bat \S+ \(|\.(?:ts|js|sql):\d+|node_modules|select .+ from |insert into|plpgsql|SQLSTATE|neon|drizzle|ZodError|TypeError/i;

const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string().min(1),
    requestId: z.string().min(1),
    details: z.unknown().optional(),
  }),
});

/** Parses the answer by its view. A key that the view does not name fails. */
export function view<T>(schema: z.ZodType<T>, answer: Answer, status = 200): T {
  expect(answer.status, answer.text).toBe(status);
  const parsed = schema.parse(answer.body);
  expect(answer.body, "keys that the view does not name").toEqual(parsed);
  return parsed;
}

/** Expects an error in the API's one shape, without internals. Returns its details. */
export function refused(answer: Answer, status: number, code: string): unknown {
  expect(answer.status, answer.text).toBe(status);
  const { error } = errorBody.parse(answer.body);
  expect(answer.body, "keys beyond the error's shape").toEqual({ error });
  expect(error.code).toBe(code);
  expect(answer.text).not.toMatch(INTERNALS);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  return error.details;
}

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** Round trips to Postgres, from the Server-Timing header. */
export function roundTrips(answer: Answer): number {
  const count = /desc="(\d+) round trips"/.exec(answer.headers.get("server-timing") ?? "")?.[1];
  if (count === undefined) throw new Error(`no Server-Timing: ${answer.status} ${answer.text}`);
  return Number(count);
}

/** Row counts of every table except the outbox, which empties itself. */
export async function countRows(target = thisPlaza()): Promise<Record<string, number>> {
  const tables = await serviceRows<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and not c.relispartition and c.relname not in ('outbox', 'schema_migrations') order by 1`,
    [],
    target,
  );
  const counting = tables
    .map(({ name }) => `select '${name}' as name, count(*)::int as count from ${name}`)
    .join(" union all ");
  const rows = await serviceRows<{ name: string; count: number }>(counting, [], target);
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

/** Waits until every event was delivered to its room. */
export async function delivered(target = thisPlaza()): Promise<void> {
  await expect
    .poll(async () => (await serviceRows("select from outbox", [], target)).length, {
      timeout: 15_000,
      interval: 20,
    })
    .toBe(0);
}

/** Follows nextCursor to the end. `meanwhile` runs after each page. */
export async function readAllPages<T>(
  read: (path: string) => Promise<Answer>,
  path: string,
  item: z.ZodType<T>,
  { limit = 2, meanwhile = async () => {} }: { limit?: number; meanwhile?: () => Promise<unknown> } = {},
): Promise<T[]> {
  const page = z.object({ items: z.array(item), nextCursor: z.string().nullable() });
  const seen: T[] = [];
  for (let cursor: string | null = null; ; ) {
    const more: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { items, nextCursor } = page.parse((await read(`${path}?limit=${limit}${more}`)).body);
    expect(items.length).toBeLessThanOrEqual(limit);
    seen.push(...items);
    if (nextCursor === null) return seen;
    cursor = nextCursor;
    await meanwhile();
  }
}
