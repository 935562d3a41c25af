import { PgDialect } from "drizzle-orm/pg-core";
import type { Statement } from "../client/client.ts";
import type { DatabaseFixture, Person } from "./fixtures.ts";

/**
 * Runs a statement as `viewer` and returns its rows and the plans of all statements inside functions
 * (auto_explain).
 */
export async function explainNestedStatements<Row>(
  fixture: Pick<DatabaseFixture, "openSuperuserTransaction">,
  viewer: Person,
  read: Statement<Row>,
): Promise<{ rows: Row[]; plans: string }> {
  const query = new PgDialect().sqlToQuery(read.sql);
  const client = await fixture.openSuperuserTransaction();
  const notices: string[] = [];
  client.on("notice", (notice) => notices.push(notice.message ?? ""));
  await client.query("load 'auto_explain'");
  await client.query(`set local auto_explain.log_min_duration = 0; set local auto_explain.log_nested_statements = on;
    set local client_min_messages = log; set local role plaza_app`);
  await client.query("select app.enter($1)", [viewer.token]);
  notices.length = 0;
  const { rows } = await client.query(query.sql, query.params);
  await client.query("rollback");
  return { rows, plans: notices.join("\n") };
}
