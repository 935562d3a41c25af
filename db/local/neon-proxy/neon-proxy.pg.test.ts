import { neon, neonConfig, Pool } from "@neondatabase/serverless";
import { beforeAll, expect, inject, test } from "vitest";
import { createTestDatabase } from "../../testing/test-database.ts";
import { startNeonProxyThread } from "./proxy-thread.ts";

const database = createTestDatabase({ isEmpty: true });
const connect = () => neon(database.ownerUrl);

beforeAll(() => {
  neonConfig.fetchEndpoint = inject("server").neonEndpoint;
});

test("values keep their precision and their types", async () => {
  const sql = connect();
  const [row] =
    await sql`select 9007199254740993::bigint as big, null as nothing, array['a', null] as list, true as yes`;
  expect(row).toEqual({ big: "9007199254740993", nothing: null, list: ["a", null], yes: true });
});

test("a batch is one transaction with the requested isolation level", async () => {
  const sql = connect();
  const [, rows] = await sql.transaction(
    [
      sql`select set_config('app.probe', 'seen', true)`,
      sql`select current_setting('app.probe') as probe, current_setting('transaction_isolation') as level,
            current_setting('transaction_read_only') as readonly`,
    ],
    { isolationLevel: "Serializable", readOnly: true },
  );
  expect(rows?.[0]).toEqual({ probe: "seen", level: "serializable", readonly: "on" });
});

test("a batch that fails is rolled back, and the connection works for the next one", async () => {
  const sql = connect();
  await sql`create table probes (id int primary key)`;
  const batch = sql.transaction([
    sql`insert into probes values (1)`,
    sql`insert into probes values (1)`,
    sql`insert into probes values (2)`,
  ]);
  await expect(batch).rejects.toMatchObject({ code: "23505", constraint: "probes_pkey", severity: "ERROR" });
  expect(await sql`select id from probes`).toEqual([]);
});

test("an error has PostgreSQL's detail, hint and where", async () => {
  const sql = connect();
  await sql`create function complain() returns void language plpgsql as
    $$ begin raise exception 'no' using errcode = 'PZ404', detail = 'd', hint = 'h'; end $$`;
  const failure = sql`select complain()`;
  await expect(failure).rejects.toMatchObject({ message: "no", code: "PZ404", detail: "d", hint: "h" });
  await expect(sql`select complain()`).rejects.toHaveProperty("where", expect.stringContaining("complain()"));
});

test("a query with more than one statement is refused, as on Neon", async () => {
  await expect(connect().query("select 1; select 2")).rejects.toMatchObject({ code: "42601" });
});

test("a hundred concurrent requests share sixteen connections", async () => {
  const sql = connect();
  const rows = await Promise.all(
    Array.from({ length: 100 }, (_, at) => sql`select ${at}::int as at, pg_backend_pid() as pid`),
  );
  expect(rows.map(([row]) => row?.at)).toEqual(Array.from({ length: 100 }, (_, at) => at));
  expect(new Set(rows.map(([row]) => row?.pid)).size).toBeLessThanOrEqual(16);
});

test("an interactive transaction works over the WebSocket", async () => {
  const { host } = new URL(inject("server").neonEndpoint);
  neonConfig.webSocketConstructor = WebSocket;
  neonConfig.wsProxy = (target, port) => `${host}/v2?address=${target}:${port}`;
  neonConfig.useSecureWebSocket = false;
  neonConfig.pipelineTLS = false;
  neonConfig.pipelineConnect = false;
  const pool = new Pool({ connectionString: database.ownerUrl });
  const client = await pool.connect();
  await client.query("begin");
  const { rows } = await client.query("select $1::text as greeting", ["hello"]);
  await client.query("commit");
  client.release();
  await pool.end();
  expect(rows).toEqual([{ greeting: "hello" }]);
});

test("a connection string of another server and a body over 16 MB are refused", async () => {
  const endpoint = inject("server").neonEndpoint;
  const ask = (headers: Record<string, string>) =>
    fetch(endpoint, { method: "POST", headers, body: JSON.stringify({ query: "select 1", params: [] }) });
  const elsewhere = await ask({ "Neon-Connection-String": "postgresql://a:b@192.0.2.1:5432/c" });
  expect(elsewhere.status).toBe(400);
  const huge = await fetch(endpoint, {
    method: "POST",
    headers: { "Neon-Connection-String": database.ownerUrl },
    body: "x".repeat(17 * 1024 * 1024),
  });
  expect(huge.status).toBe(413);
});

test("requests fail while a fault is set and succeed after it was removed", async () => {
  const postgresPort = Number(new URL(database.ownerUrl).port);
  const proxy = await startNeonProxyThread({ port: 0, postgresPort });
  const ask = () =>
    fetch(proxy.endpoint, {
      method: "POST",
      headers: { "Neon-Connection-String": database.ownerUrl },
      body: JSON.stringify({ query: "select 1", params: [] }),
      signal: AbortSignal.timeout(500),
    });
  expect((await ask()).status).toBe(200);
  await proxy.setFault("refuse");
  await expect(ask()).rejects.toThrow("fetch failed");
  await proxy.setFault("hang");
  await expect(ask()).rejects.toThrow("timeout");
  await proxy.setFault("none");
  expect((await ask()).status).toBe(200);
  await proxy.stop();
});
