import { DatabaseError, type PoolClient } from "pg";
import { expect, test } from "vitest";
import type { DatabaseFixture, Person } from "./fixtures.ts";

/**
 * Ben has a row in a table. What a stranger, Ben himself, nobody (signed out) and the owner of the tables can
 * do with it: select, insert in Ben's name, update, delete. "rows": it happens; "nothing": no row is there
 * for them; "denied": Postgres says no (42501).
 */
type Outcome = "rows" | "nothing" | "denied";
export type Verbs = readonly [select: Outcome, insert: Outcome, update: Outcome, remove: Outcome];
export interface Rule {
  /** Which rows are Ben's; $1 is his id. */
  mine: string;
  /** A column to write to, unchanged. */
  touch: string;
  /** Columns and values of a further row of Ben's. */
  forge: readonly [columns: string, values: string];
  stranger: Verbs;
  self: Verbs;
  nobody: Verbs;
}

export const closed: Verbs = ["denied", "denied", "denied", "denied"];
export const readable: Verbs = ["rows", "denied", "denied", "denied"];
export const unseen: Verbs = ["nothing", "denied", "denied", "denied"];
export const forNobody = { stranger: closed, self: closed, nobody: closed };
export const forEveryone = { stranger: readable, self: readable, nobody: readable };
/** Made and taken back by oneself, invisible to all others. */
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

/** Tries one statement and undoes it. */
async function tryOut(client: PoolClient, text: string, benId: string): Promise<Outcome> {
  await client.query("savepoint before_trial");
  try {
    const { rowCount } = await client.query(text, [benId]);
    return rowCount === 0 ? "nothing" : "rows";
  } catch (error) {
    if (error instanceof DatabaseError && error.code === "42501") return "denied";
    throw error;
  } finally {
    await client.query("rollback to before_trial");
  }
}

async function tryAll(client: PoolClient, table: string, rule: Rule, benId: string): Promise<Verbs> {
  const [columns, values] = rule.forge;
  // The ids that a signed-out person sends are as untyped as in a hand-written statement.
  const typed = values.replace(/\$1(?!::)/g, "$1::uuid");
  const isNamed = typed.includes("$1");
  return [
    await tryOut(client, `select 1 from ${table} where ${rule.mine}`, benId),
    await tryOut(
      client,
      `insert into ${table} (${columns}) select ${typed}${isNamed ? "" : " where $1::uuid is not null"}`,
      benId,
    ),
    await tryOut(client, `update ${table} set ${rule.touch} = ${rule.touch} where ${rule.mine}`, benId),
    await tryOut(client, `delete from ${table} where ${rule.mine}`, benId),
  ];
}

/**
 * One test for each table and for each of the two questions: who may do what, and is the owner of the tables
 * bound too.
 */
export function testRowSecurity(
  matrix: Record<string, () => Rule>,
  fixture: Pick<DatabaseFixture, "queryAsService" | "transactionAs" | "transactionAsOwner">,
  /** Ann is the stranger. Asked for once the tests run. */
  cast: () => { ann: Person; ben: Person },
): void {
  test.each(Object.keys(matrix))(
    "%s: a stranger, oneself and nobody get what they should, and no more",
    async (table) => {
      const { ann, ben } = cast();
      const rule = matrix[table]?.() as Rule;
      const [there] = await fixture.queryAsService<{ count: number }>(
        `select count(*)::int from ${table} where ${rule.mine}`,
        [ben.id],
      );
      expect(there?.count, "Ben has a row here").toBeGreaterThan(0);
      const found: Record<string, Verbs> = {};
      for (const [name, who] of [
        ["stranger", ann],
        ["self", ben],
        ["nobody", null],
      ] as const) {
        found[name] = await fixture.transactionAs(who, (client) => tryAll(client, table, rule, ben.id), {
          isRolledBack: true,
        });
      }
      expect(found).toEqual({ stranger: rule.stranger, self: rule.self, nobody: rule.nobody });
    },
  );

  test.each(Object.keys(matrix))("%s: the owner of the tables is bound too", async (table) => {
    const rule = matrix[table]?.() as Rule;
    const outcome = await fixture.transactionAsOwner((client) => tryAll(client, table, rule, cast().ben.id));
    expect(outcome).toEqual(["nothing", "denied", "nothing", "nothing"]);
  });
}

/** Tables whose rows of the matrix stand in rls.chat.pg.test.ts. */
export const CHAT_TABLES: readonly string[] = [
  "conversation_participants",
  "conversations",
  "messages",
  "presence_chosen",
  "user_presence",
];
