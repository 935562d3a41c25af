import { is, SQL } from "drizzle-orm";
import { getTableConfig, isPgEnum, PgColumn, PgDialect, PgTable } from "drizzle-orm/pg-core";
import { beforeAll, describe, expect, test } from "vitest";
import { withClient } from "../../local/postgres/roles.ts";
import * as accounts from "../../schema/accounts.ts";
import * as comments from "../../schema/comments.ts";
import * as conversations from "../../schema/conversations.ts";
import * as mentions from "../../schema/mentions.ts";
import * as moderation from "../../schema/moderation.ts";
import * as notifications from "../../schema/notifications.ts";
import * as outbox from "../../schema/outbox.ts";
import * as posts from "../../schema/posts.ts";
import * as presence from "../../schema/presence.ts";
import * as profiles from "../../schema/profiles.ts";
import * as relations from "../../schema/relations.ts";
import { createTestDatabase } from "../../testing/test-database.ts";

const exported: unknown[] = [
  accounts,
  profiles,
  relations,
  notifications,
  posts,
  comments,
  mentions,
  moderation,
  conversations,
  presence,
  outbox,
].flatMap(Object.values);
const tables = exported.filter((each) => is(each, PgTable)).map((table) => getTableConfig(table));
const enums = exported.filter((each) => isPgEnum(each));

/**
 * Facts about tables as text lines, in the same format from the drizzle schema and from the catalog.
 */
type Facts = Record<
  "tables" | "columns" | "defaults" | "primaryKeys" | "uniques" | "foreignKeys" | "enums",
  string[]
>;

function factsFromSchema(): Facts {
  const facts: Facts = {
    tables: [],
    columns: [],
    defaults: [],
    primaryKeys: [],
    uniques: [],
    foreignKeys: [],
    enums: [],
  };
  for (const table of tables) {
    const named = (columns: readonly { name: string }[]) => columns.map((column) => column.name).join(", ");
    facts.tables.push(table.name);
    for (const column of table.columns) {
      facts.columns.push(
        `${table.name}.${column.name} ${column.getSQLType()}${column.notNull ? " not null" : ""}`,
      );
      if (column.hasDefault) facts.defaults.push(`${table.name}.${column.name} ${defaultOf(column)}`);
      // The catalog stores the expression of a generated column with the defaults.
      if (column.generated)
        facts.defaults.push(`${table.name}.${column.name} ${expressionOf(column.generated.as)}`);
      if (column.primary) facts.primaryKeys.push(`${table.name} (${column.name})`);
      if (column.isUnique) facts.uniques.push(`${table.name} (${column.name})`);
    }
    for (const key of table.primaryKeys) facts.primaryKeys.push(`${table.name} (${named(key.columns)})`);
    for (const key of table.uniqueConstraints) {
      facts.uniques.push(
        `${table.name} (${named(key.columns)})${key.nullsNotDistinct ? " nulls not distinct" : ""}`,
      );
    }
    for (const { config } of table.indexes) {
      const columns = config.columns.filter((column) => is(column, PgColumn) || "name" in column) as {
        name: string;
      }[];
      if (config.unique)
        facts.uniques.push(`${table.name} (${named(columns)})${config.where ? " partial" : ""}`);
    }
    for (const key of table.foreignKeys) {
      const { columns, foreignTable, foreignColumns } = key.reference();
      facts.foreignKeys.push(
        `${table.name} (${named(columns)}) -> ${getTableConfig(foreignTable).name} (${named(foreignColumns)}) ${key.onDelete ?? "no action"}`,
      );
    }
  }
  for (const each of enums) facts.enums.push(`${each.enumName}: ${each.enumValues.join(", ")}`);
  return sorted(facts);
}

const dialect = new PgDialect();
function expressionOf(value: unknown): string {
  if (!is(value, SQL)) throw new Error("A generated column says what it is made of in SQL.");
  return dialect.sqlToQuery(value).sql;
}
function defaultOf(column: PgColumn): string {
  const value: unknown = column.default;
  if (is(value, SQL)) return dialect.sqlToQuery(value).sql;
  if (Array.isArray(value)) return `{${value.join(",")}}`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const OURS =
  "relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> 'schema_migrations'";
const CATALOG: Record<keyof Facts, string> = {
  tables: `select relname as line from pg_class where ${OURS}`,
  columns: `select format('%s.%s %s%s', relname, attname, format_type(atttypid, atttypmod), case when attnotnull then ' not null' end) as line
    from pg_attribute join pg_class c on c.oid = attrelid where ${OURS} and attnum > 0 and not attisdropped`,
  // 'x'::text becomes x.
  defaults: `select format('%s.%s %s', relname, attname, regexp_replace(pg_get_expr(adbin, adrelid), '^''(.*)''::[a-z]+(\\[\\])?$', '\\1')) as line
    from pg_attrdef join pg_class c on c.oid = adrelid join pg_attribute a on a.attrelid = adrelid and a.attnum = adnum where ${OURS}`,
  primaryKeys: `select format('%s (%s)', relname, columns) as line from keys where indisprimary`,
  uniques: `select format('%s (%s)%s%s', relname, columns, case when indnullsnotdistinct then ' nulls not distinct' end,
    case when indpred is not null then ' partial' end) as line from keys where indisunique and not indisprimary`,
  foreignKeys: `select format('%s (%s) -> %s (%s) %s', relname,
      (select string_agg(attname, ', ' order by n) from unnest(conkey) with ordinality k (num, n) join pg_attribute on attrelid = conrelid and attnum = num),
      confrelid::regclass,
      (select string_agg(attname, ', ' order by n) from unnest(confkey) with ordinality k (num, n) join pg_attribute on attrelid = confrelid and attnum = num),
      case confdeltype when 'c' then 'cascade' when 'n' then 'set null' when 'r' then 'restrict' else 'no action' end) as line
    from pg_constraint join pg_class c on c.oid = conrelid where contype = 'f' and ${OURS}`,
  enums: `select typname || ': ' || string_agg(enumlabel, ', ' order by enumsortorder) as line
    from pg_type t join pg_enum on enumtypid = t.oid where typnamespace = 'public'::regnamespace group by typname`,
};
const KEYS = `with keys as (select relname, i.*, (select string_agg(attname, ', ' order by n)
  from unnest(indkey::int2[]) with ordinality k (num, n) join pg_attribute on attrelid = indrelid and attnum = num) as columns
  from pg_index i join pg_class c on c.oid = indrelid where ${OURS}) `;

function sorted(facts: Facts): Facts {
  for (const lines of Object.values(facts)) lines.sort();
  return facts;
}

describe("the drizzle tables and the catalog of the migrated database are equal", () => {
  const database = createTestDatabase();
  const expected = factsFromSchema();
  const found: Facts = {
    tables: [],
    columns: [],
    defaults: [],
    primaryKeys: [],
    uniques: [],
    foreignKeys: [],
    enums: [],
  };
  const topics = Object.keys(CATALOG) as (keyof Facts)[];
  beforeAll(() =>
    withClient(database.ownerUrl, async (client) => {
      for (const topic of topics) {
        const { rows } = await client.query<{ line: string }>(KEYS + CATALOG[topic]);
        found[topic] = rows.map((row) => row.line);
      }
      sorted(found);
    }),
  );

  test.each(topics)("%s", (topic) => {
    expect(found[topic].length).toBeGreaterThan(0);
    expect(expected[topic]).toEqual(found[topic]);
  });
});
