import { DatabaseError, type PoolClient } from "pg";
import { expect, test } from "vitest";
import type { DatabaseFixture, Person } from "./fixtures.ts";

/**
 * Result of a select, insert, update or delete on a row of Ben, by a stranger, by Ben, signed out, or as
 * owner of the tables. "rows": it succeeded; "nothing": it found no row; "denied": Postgres raised 42501.
 */
type Outcome = "rows" | "nothing" | "denied";
export type Verbs = readonly [select: Outcome, insert: Outcome, update: Outcome, remove: Outcome];
export interface Rule {
  /** Condition for Ben's rows; $1 is his id. */
  ownRows: string;
  /** A column for an update that does not change it. */
  updatedColumn: string;
  /** Columns and values of another row of Ben. */
  insertedRow: readonly [columns: string, values: string];
  stranger: Verbs;
  self: Verbs;
  nobody: Verbs;
}

export const closed: Verbs = ["denied", "denied", "denied", "denied"];
export const readable: Verbs = ["rows", "denied", "denied", "denied"];
export const unseen: Verbs = ["nothing", "denied", "denied", "denied"];
export const forNobody = { stranger: closed, self: closed, nobody: closed };
export const forEveryone = { stranger: readable, self: readable, nobody: readable };
/** Inserted and deleted by its owner, invisible to others. */
export const edge = {
  stranger: ["nothing", "denied", "denied", "nothing"],
  self: ["rows", "rows", "denied", "rows"],
  nobody: ["nothing", "denied", "denied", "nothing"],
} satisfies Partial<Rule>;
export const vote = {
  stranger: ["nothing", "denied", "nothing", "nothing"],
  self: ["rows", "rows", "rows", "rows"],
  nobody: ["nothing", "denied", "nothing", "nothing"],
} satisfies Partial<Rule>;

/** Runs one statement and rolls it back. */
async function runAndRollBack(client: PoolClient, text: string, benId: string): Promise<Outcome> {
  await client.query("savepoint before_statement");
  try {
    const { rowCount } = await client.query(text, [benId]);
    return rowCount === 0 ? "nothing" : "rows";
  } catch (error) {
    if (error instanceof DatabaseError && error.code === "42501") return "denied";
    throw error;
  } finally {
    await client.query("rollback to before_statement");
  }
}

async function runAllVerbs(client: PoolClient, table: string, rule: Rule, benId: string): Promise<Verbs> {
  const [columns, values] = rule.insertedRow;
  // Parameters need a type, because no other part of the statement gives them one.
  const typed = values.replace(/\$1(?!::)/g, "$1::uuid");
  const isNamed = typed.includes("$1");
  return [
    await runAndRollBack(client, `select 1 from ${table} where ${rule.ownRows}`, benId),
    await runAndRollBack(
      client,
      `insert into ${table} (${columns}) select ${typed}${isNamed ? "" : " where $1::uuid is not null"}`,
      benId,
    ),
    await runAndRollBack(
      client,
      `update ${table} set ${rule.updatedColumn} = ${rule.updatedColumn} where ${rule.ownRows}`,
      benId,
    ),
    await runAndRollBack(client, `delete from ${table} where ${rule.ownRows}`, benId),
  ];
}

/**
 * Two tests per table: access of each caller, and whether the owner of the tables is bound by row security.
 */
export function testRowSecurity(
  matrix: Record<string, () => Rule>,
  fixture: Pick<DatabaseFixture, "queryAsService" | "transactionAs" | "transactionAsOwner">,
  /** Ann is the stranger. Called when the tests run. */
  people: () => { ann: Person; ben: Person },
): void {
  test.each(Object.keys(matrix))(
    "%s: access of a stranger, the owner of the row and a signed-out caller",
    async (table) => {
      const { ann, ben } = people();
      const rule = matrix[table]?.() as Rule;
      const [existing] = await fixture.queryAsService<{ count: number }>(
        `select count(*)::int from ${table} where ${rule.ownRows}`,
        [ben.id],
      );
      expect(existing?.count, "Ben has a row here").toBeGreaterThan(0);
      const found: Record<string, Verbs> = {};
      for (const [name, who] of [
        ["stranger", ann],
        ["self", ben],
        ["nobody", null],
      ] as const) {
        found[name] = await fixture.transactionAs(who, (client) => runAllVerbs(client, table, rule, ben.id), {
          isRolledBack: true,
        });
      }
      expect(found).toEqual({ stranger: rule.stranger, self: rule.self, nobody: rule.nobody });
    },
  );

  test.each(Object.keys(matrix))("%s: plaza_owner is bound by row security", async (table) => {
    const rule = matrix[table]?.() as Rule;
    const outcome = await fixture.transactionAsOwner((client) =>
      runAllVerbs(client, table, rule, people().ben.id),
    );
    expect(outcome).toEqual(["nothing", "denied", "nothing", "nothing"]);
  });
}

/** Tables that are in the matrix of conversation-row-security.pg.test.ts. */
export const CHAT_TABLES: readonly string[] = [
  "conversation_participants",
  "conversations",
  "messages",
  "presence_chosen",
  "user_presence",
];
