import { randomUUID } from "node:crypto";
import { Client, DatabaseError, Pool, type PoolClient, type QueryResultRow } from "pg";
import { afterAll, inject } from "vitest";
import { createDatabase, type Database, type Meter } from "../client/client.ts";
import { onDatabase } from "../local/postgres/roles.ts";
import { ownDatabase } from "./test-database.ts";

/** Someone who is signed in. */
export type Person = { id: string; handle: string; name: string; token: string; sessionId: string };

type Row = QueryResultRow;
type Ask = <R extends Row = Row>(text: string, values?: readonly unknown[]) => Promise<R[]>;

/** A database with people in it, for `.pg.test.ts`: each call is one transaction. */
export type Scene = ReturnType<typeof ownScene>;

/**
 * @example
 * const scene = ownScene();
 * test("...", async () => {
 *   const [ann, ben] = await scene.people("ann", "ben");
 *   await scene.as(ann, "insert into user_follows (follower_id, following_id) values ($1, $2)", [ann.id, ben.id]);
 * });
 */
export function ownScene() {
  const database = ownDatabase();
  const pools = new Map<string, Pool>();
  const clients: Client[] = [];
  const pool = (url: string): Pool => {
    const known = pools.get(url);
    if (known) return known;
    // A test file's database lives a few seconds, next to those of the other files.
    const made = new Pool({ connectionString: url, max: 8 });
    made.on("error", () => undefined);
    pools.set(url, made);
    return made;
  };
  afterAll(async () => {
    await Promise.all([
      ...[...pools.values()].map((each) => each.end()),
      ...clients.map((each) => each.end()),
    ]);
  });

  const ask =
    (url: () => string): Ask =>
    async <R extends Row>(text: string, values: readonly unknown[] = []) =>
      (await pool(url()).query<R>(text, [...values])).rows;
  const service = ask(() => database.serviceUrl);

  /** Runs `work` as plaza_app in one transaction, entered by `who`; keeps it unless `isRolledBack`. */
  async function within<T>(
    who: Person | null,
    work: (client: PoolClient) => Promise<T>,
    { isRolledBack = false } = {},
  ): Promise<T> {
    const client = await pool(database.appUrl).connect();
    try {
      await client.query("begin");
      if (who) await client.query("select app.enter($1)", [who.token]);
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

  /** Runs `work` as plaza_owner in a transaction that is undone. */
  async function withinOwner<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await pool(database.ownerUrl).connect();
    try {
      await client.query("begin");
      return await work(client);
    } finally {
      await client.query("rollback");
      client.release();
    }
  }

  let peopleMade = 0;
  return {
    database,
    within,
    withinOwner,
    /** As plaza_service: sees every row. */
    service,
    /** A connection of its own as plaza_app, with a transaction that `who` entered, left open. */
    async open(who: Person): Promise<Client> {
      const client = new Client({ connectionString: database.appUrl });
      client.on("error", () => undefined);
      clients.push(client);
      await client.connect();
      await client.query("begin");
      await client.query("select app.enter($1)", [who.token]);
      return client;
    },

    /** Until someone in this database waits for another's lock: the two really are there at once. */
    async untilWaiting(): Promise<void> {
      const waiting = () =>
        service(
          "select from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()",
        );
      while ((await waiting()).length === 0);
    },

    /** A connection of its own as superuser, with a transaction left open: to call what is closed to all roles. */
    async openSuperuser(): Promise<Client> {
      const name = new URL(database.ownerUrl).pathname.slice(1);
      const client = new Client({ connectionString: onDatabase(inject("server").superuserUrl, name) });
      client.on("error", () => undefined);
      clients.push(client);
      await client.connect();
      await client.query("begin");
      return client;
    },

    /** One statement as plaza_app, entered by `who`; null: nobody is signed in. */
    as: <R extends Row = Row>(
      who: Person | null,
      text: string,
      values: readonly unknown[] = [],
    ): Promise<R[]> => within(who, async (client) => (await client.query<R>(text, [...values])).rows),

    /** Signs people up. Their handles carry a number, so that tests in one file do not meet. */
    async people<const Names extends readonly string[]>(
      ...names: Names
    ): Promise<{ [K in keyof Names]: Person }> {
      const made = names.map((name): Person => {
        peopleMade += 1;
        const handle = `${name}${peopleMade}`;
        return {
          id: randomUUID(),
          handle,
          name: handle,
          token: `token-${randomUUID()}`,
          sessionId: randomUUID(),
        };
      });
      for (const { id, handle, token, sessionId } of made) {
        await service(
          `with made as (insert into users (id, name, handle, email, email_verified, birth_date)
             values ($1, $2, $2, $2 || '@plaza.example', true, '1990-05-17') returning id)
           select id from made`,
          [id, handle],
        );
        await service(
          "insert into sessions (id, user_id, token, expires_at) values ($1, $2, $3, now() + interval '30 days')",
          [sessionId, id, token],
        );
      }
      return made as { [K in keyof Names]: Person };
    },

    /** The port that the Worker uses, over the Neon wire. */
    port: (meter?: Meter, appUrl = database.appUrl): Database =>
      createDatabase({
        url: appUrl,
        serviceUrl: database.serviceUrl,
        endpoint: database.neonEndpoint,
        ...(meter ? { meter } : {}),
      }),
  };
}

/** The SQLSTATE that a statement is refused with, or "accepted". Several mean Plaza's own: PZ404 and so on. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "accepted";
  } catch (error) {
    if (error instanceof DatabaseError) return error.code ?? "no code";
    throw error;
  }
}
