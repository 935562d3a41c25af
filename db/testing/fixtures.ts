/**
 * Fixtures of `.pg.test.ts` files: a database of the file's own, signed-in people in it, and queries as each
 * role.
 */
import { randomUUID } from "node:crypto";
import { Client, DatabaseError, Pool, type PoolClient, type QueryResultRow } from "pg";
import { afterAll, inject } from "vitest";
import { createDatabase, type Database, type Meter } from "../client/client.ts";
import { onDatabase } from "../local/postgres/roles.ts";
import { createTestDatabase } from "./test-database.ts";

/** An account with a session. */
export type Person = { id: string; handle: string; name: string; token: string; sessionId: string };

type Row = QueryResultRow;
type Query = <R extends Row = Row>(text: string, values?: readonly unknown[]) => Promise<R[]>;

export type DatabaseFixture = ReturnType<typeof createDatabaseFixture>;

/**
 * Creates a test database for this file and returns helpers to query it. Every query is a transaction of its
 * own. Connections and database are closed in `afterAll`.
 *
 * @example
 * const fixture = createDatabaseFixture(); test("...", async () => {
 *   const [ann, ben] = await fixture.insertPeople("ann", "ben");
 *   await fixture.queryAs(ann, "insert into user_follows (follower_id, following_id) values ($1, $2)",
 *     [ann.id, ben.id]);
 * });
 */
export function createDatabaseFixture() {
  const database = createTestDatabase();
  const pools = new Map<string, Pool>();
  const clients: Client[] = [];
  const poolFor = (url: string): Pool => {
    const existing = pools.get(url);
    if (existing) return existing;
    // A small pool: the databases of several test files are open on the same server.
    const pool = new Pool({ connectionString: url, max: 8 });
    pool.on("error", () => undefined);
    pools.set(url, pool);
    return pool;
  };
  afterAll(async () => {
    await Promise.all([
      ...[...pools.values()].map((each) => each.end()),
      ...clients.map((each) => each.end()),
    ]);
  });

  const queryOn =
    (url: () => string): Query =>
    async <R extends Row>(text: string, values: readonly unknown[] = []) =>
      (await poolFor(url()).query<R>(text, [...values])).rows;
  const queryAsService = queryOn(() => database.serviceUrl);

  /**
   * Runs `work` as plaza_app in one transaction with `viewer` as its viewer (null: signed out). Commits,
   * unless `isRolledBack`.
   */
  async function transactionAs<T>(
    viewer: Person | null,
    work: (client: PoolClient) => Promise<T>,
    { isRolledBack = false } = {},
  ): Promise<T> {
    const client = await poolFor(database.appUrl).connect();
    try {
      await client.query("begin");
      if (viewer) await client.query("select app.enter($1)", [viewer.token]);
      const result = await work(client);
      await client.query(isRolledBack ? "rollback" : "commit");
      return result;
    } catch (error) {
      await client.query("rollback");
      throw error;
    } finally {
      client.release();
    }
  }

  /** Runs `work` as plaza_owner in a transaction that is rolled back. */
  async function transactionAsOwner<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await poolFor(database.ownerUrl).connect();
    try {
      await client.query("begin");
      return await work(client);
    } finally {
      await client.query("rollback");
      client.release();
    }
  }

  async function connect(url: string): Promise<Client> {
    const client = new Client({ connectionString: url });
    client.on("error", () => undefined);
    clients.push(client);
    await client.connect();
    return client;
  }

  let peopleInserted = 0;
  return {
    database,
    transactionAs,
    transactionAsOwner,
    /** One statement as plaza_service, which may read and write every row. */
    queryAsService,

    /**
     * Opens a connection as plaza_app with a transaction whose viewer is `viewer`. The test ends the
     * transaction.
     */
    async openTransactionAs(viewer: Person): Promise<Client> {
      const client = await connect(database.appUrl);
      await client.query("begin");
      await client.query("select app.enter($1)", [viewer.token]);
      return client;
    },

    /** Resolves when a backend of this database waits for a lock: two transactions really overlap. */
    async waitForBlockedLock(): Promise<void> {
      const blocked = () =>
        queryAsService(
          "select from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()",
        );
      while ((await blocked()).length === 0);
    },

    /** Opens a connection as superuser with a transaction, to call functions that no role may execute. */
    async openSuperuserTransaction(): Promise<Client> {
      const name = new URL(database.ownerUrl).pathname.slice(1);
      const client = await connect(onDatabase(inject("server").superuserUrl, name));
      await client.query("begin");
      return client;
    },

    /** One statement as plaza_app with `viewer` as its viewer; null: signed out. */
    queryAs: <R extends Row = Row>(
      viewer: Person | null,
      text: string,
      values: readonly unknown[] = [],
    ): Promise<R[]> =>
      transactionAs(viewer, async (client) => (await client.query<R>(text, [...values])).rows),

    /**
     * Inserts verified accounts with a session each. A number makes the handles unique within the test file.
     */
    async insertPeople<const Names extends readonly string[]>(
      ...names: Names
    ): Promise<{ [K in keyof Names]: Person }> {
      const people = names.map((name): Person => {
        peopleInserted += 1;
        const handle = `${name}${peopleInserted}`;
        return {
          id: randomUUID(),
          handle,
          name: handle,
          token: `token-${randomUUID()}`,
          sessionId: randomUUID(),
        };
      });
      for (const { id, handle, token, sessionId } of people) {
        await queryAsService(
          `insert into users (id, name, handle, email, email_verified, birth_date)
             values ($1, $2, $2, $2 || '@plaza.example', true, '1990-05-17')`,
          [id, handle],
        );
        await queryAsService(
          "insert into sessions (id, user_id, token, expires_at) values ($1, $2, $3, now() + interval '30 days')",
          [sessionId, id, token],
        );
      }
      return people as { [K in keyof Names]: Person };
    },

    /** The database client that the Worker uses, through the Neon proxy. */
    client: (meter?: Meter, appUrl = database.appUrl): Database =>
      createDatabase({
        url: appUrl,
        serviceUrl: database.serviceUrl,
        endpoint: database.neonEndpoint,
        ...(meter ? { meter } : {}),
      }),
  };
}

/** The SQLSTATE a query failed with, or "accepted". PZ404 and the like are raised by app.refuse(). */
export async function sqlStateOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "accepted";
  } catch (error) {
    if (error instanceof DatabaseError) return error.code ?? "no code";
    throw error;
  }
}
