import { Socket } from "node:net";
import { Client, type QueryArrayConfig, type QueryArrayResult } from "pg";

/** Most connections for one connection string (one role on one database). */
export const CONNECTIONS_PER_URL_MAX = 16;
/** Most connections over all connection strings; below max_connections of the server. */
export const CONNECTIONS_MAX = 80;

export type ProxyStatement = { query: string; params?: readonly unknown[] };

/** Transaction mode from Neon's batch headers, as SQL: `isolation level serializable read only`. */
export type BatchMode = string;

type PooledConnection = { client: Client; socket: Socket; url: string; broken: boolean };

/**
 * Connections to one PostgreSQL server, pooled by connection string, with a limit over all strings. Values
 * are not parsed: they stay the text that PostgreSQL sent.
 */
export class ConnectionPool {
  readonly #idle: PooledConnection[] = [];
  readonly #waiting: { url: string; wake: () => void }[] = [];
  readonly #open = new Map<string, number>();
  readonly #size: number;
  readonly #sizePerUrl: number;

  constructor(size = CONNECTIONS_MAX, sizePerUrl = CONNECTIONS_PER_URL_MAX) {
    this.#size = size;
    this.#sizePerUrl = Math.min(size, sizePerUrl);
  }

  /** Runs one statement as its own transaction. */
  async single(url: string, statement: ProxyStatement): Promise<QueryArrayResult> {
    return this.#withConnection(url, (connection) => run(connection.client, statement));
  }

  /**
   * Runs all statements in one transaction. Everything, `begin` and `commit` included, is sent as one
   * pipeline: one round trip. After an error PostgreSQL refuses the rest, and `commit` of a failed
   * transaction is a rollback.
   */
  async batch(
    url: string,
    mode: BatchMode,
    statements: readonly ProxyStatement[],
  ): Promise<QueryArrayResult[]> {
    return this.#withConnection(url, async (connection) => {
      connection.socket.cork();
      const begun = connection.client.query(`begin ${mode}`);
      const sent = statements.map((statement) => run(connection.client, statement));
      const ended = connection.client.query("commit");
      connection.socket.uncork();
      const settled = await Promise.allSettled([begun, ...sent, ended]);
      for (const outcome of settled) if (outcome.status === "rejected") throw outcome.reason;
      return Promise.all(sent);
    });
  }

  /** Closes all connections; running statements fail. */
  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((connection) => this.#discard(connection)));
  }

  async #withConnection<T>(url: string, work: (connection: PooledConnection) => Promise<T>): Promise<T> {
    const connection = await this.#acquire(url);
    try {
      return await work(connection);
    } finally {
      await this.#release(connection);
    }
  }

  async #acquire(url: string): Promise<PooledConnection> {
    for (;;) {
      const at = this.#idle.findLastIndex((connection) => connection.url === url);
      const found = at === -1 ? undefined : this.#idle.splice(at, 1)[0];
      if (found) return found;
      const ownCount = this.#open.get(url) ?? 0;
      if (ownCount < this.#sizePerUrl && this.#opened() < this.#size) return this.#connect(url);
      // Closing another string's connection makes both reconnect: only when this string has none.
      const other = ownCount === 0 ? this.#idle.shift() : undefined;
      if (other) await this.#discard(other);
      else await new Promise<void>((wake) => this.#waiting.push({ url, wake }));
    }
  }

  #opened(): number {
    return [...this.#open.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Wakes one waiting request, first one with the same connection string. */
  #wakeNext(url: string): void {
    const same = this.#waiting.findIndex((each) => each.url === url);
    this.#waiting.splice(same === -1 ? 0 : same, 1)[0]?.wake();
  }

  async #connect(url: string): Promise<PooledConnection> {
    this.#open.set(url, (this.#open.get(url) ?? 0) + 1);
    const types = { getTypeParser: () => (value: string) => value };
    const socket = new Socket();
    const client = new Client({
      connectionString: url,
      types,
      pipeline: true,
      stream: () => socket,
      connectionTimeoutMillis: 10_000,
    });
    const connection: PooledConnection = { client, socket, url, broken: false };
    client.on("error", () => {
      connection.broken = true;
      // The server closed an idle connection: remove it from the pool.
      if (!this.#idle.includes(connection)) return;
      void this.#discard(connection).then(() => this.#wakeNext(url));
    });
    try {
      await client.connect();
      return connection;
    } catch (error) {
      this.#closed(url);
      this.#wakeNext(url);
      throw error;
    }
  }

  async #release(connection: PooledConnection): Promise<void> {
    // A single statement such as `begin` must not leave a transaction open for the next request.
    if (!connection.broken && connection.client.getTransactionStatus() !== "I") connection.broken = true;
    if (connection.broken) await this.#discard(connection);
    else this.#idle.push(connection);
    this.#wakeNext(connection.url);
  }

  async #discard(connection: PooledConnection): Promise<void> {
    this.#closed(connection.url);
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
    await connection.client.end().catch(() => undefined);
  }

  #closed(url: string): void {
    const left = (this.#open.get(url) ?? 1) - 1;
    if (left > 0) this.#open.set(url, left);
    else this.#open.delete(url);
  }
}

function run(client: Client, statement: ProxyStatement): Promise<QueryArrayResult> {
  // The extended protocol also without parameters: like on Neon, a query with several statements is an error.
  const config: QueryArrayConfig & { queryMode: "extended" } = {
    text: statement.query,
    values: [...(statement.params ?? [])],
    rowMode: "array",
    queryMode: "extended",
  };
  return client.query(config);
}
