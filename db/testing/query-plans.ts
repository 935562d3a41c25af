import { PgDialect } from "drizzle-orm/pg-core";
import type { Statement } from "../client/client.ts";
import type { Person, Scene } from "./fixtures.ts";

/** The plans of the statements inside functions, as the server logs them, and what was read. For `.pg.test.ts`. */
export async function nestedPlans<Row>(
  scene: Pick<Scene, "openSuperuser">,
  viewer: Person,
  reading: Statement<Row>,
): Promise<{ rows: Row[]; plans: string }> {
  const query = new PgDialect().sqlToQuery(reading.sql);
  const client = await scene.openSuperuser();
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
