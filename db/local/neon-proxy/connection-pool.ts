import { Socket } from "node:net";
import { Client, type QueryArrayConfig, type QueryArrayResult } from "pg";

/** Connections held for one connection string (one role on one database). */
export const MAX_CONNECTIONS_PER_URL = 16;
/** Connections held together, over all connection strings: below what one server takes. */
export const MAX_CONNECTIONS = 80;

export type ProxyStatement = { query: string; params?: readonly unknown[] };

/** The values of Neon's batch headers, already turned into SQL: `isolation level serializable read only`. */
export type BatchMode = string;

type Lease = { client: Client; socket: Socket; url: string; broken: boolean };

/**
 * Connections to one PostgreSQL server, pooled by connection string and capped together. Every
 * value stays the text that PostgreSQL sent.
 */
export class ConnectionPool {
  readonly #idle: Lease[] = [];
  readonly #waiting: { url: string; wake: () => void }[] = [];
  readonly #open = new Map<string, number>();
  readonly #size: number;
  readonly #sizePerUrl: number;

  constructor(size = MAX_CONNECTIONS, sizePerUrl = MAX_CONNECTIONS_PER_URL) {
    this.#size = size;
    this.#sizePerUrl = Math.min(size, sizePerUrl);
  }

  /** Runs one statement in a transaction of its own. */
  async single(url: string, statement: ProxyStatement): Promise<QueryArrayResult> {
    return this.#lend(url, (lease) => run(lease.client, statement));
  }

  /**
   * Runs all statements in one transaction. Everything, `begin` and `commit` included, leaves in one
   * go and PostgreSQL answers in order: one round trip. After an error it refuses the rest by
   * itself, and the `commit` of a failed transaction is a rollback.
   */
  async batch(
    url: string,
    mode: BatchMode,
    statements: readonly ProxyStatement[],
  ): Promise<QueryArrayResult[]> {
    return this.#lend(url, async (lease) => {
      lease.socket.cork();
      const begun = lease.client.query(`begin ${mode}`);
      const sent = statements.map((statement) => run(lease.client, statement));
      const ended = lease.client.query("commit");
      lease.socket.uncork();
      const settled = await Promise.allSettled([begun, ...sent, ended]);
      for (const outcome of settled) if (outcome.status === "rejected") throw outcome.reason;
      return Promise.all(sent);
    });
  }

  /** Closes every connection; statements under way fail. */
  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((lease) => this.#discard(lease)));
  }

  async #lend<T>(url: string, work: (lease: Lease) => Promise<T>): Promise<T> {
    const lease = await this.#borrow(url);
    try {
      return await work(lease);
    } finally {
      await this.#giveBack(lease);
    }
  }

  async #borrow(url: string): Promise<Lease> {
    for (;;) {
      const at = this.#idle.findLastIndex((lease) => lease.url === url);
      const found = at === -1 ? undefined : this.#idle.splice(at, 1)[0];
      if (found) return found;
      const own = this.#open.get(url) ?? 0;
      if (own < this.#sizePerUrl && this.#opened() < this.#size) return this.#connect(url);
      // Taking another role's connection away costs both a new one: only who has none of its own may.
      const other = own === 0 ? this.#idle.shift() : undefined;
      if (other) await this.#discard(other);
      else await new Promise<void>((wake) => this.#waiting.push({ url, wake }));
    }
  }

  #opened(): number {
    return [...this.#open.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Lets the next one try: whoever waits for this very connection first. */
  #wakeNext(url: string): void {
    const same = this.#waiting.findIndex((each) => each.url === url);
    this.#waiting.splice(same === -1 ? 0 : same, 1)[0]?.wake();
  }

  async #connect(url: string): Promise<Lease> {
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
    const lease: Lease = { client, socket, url, broken: false };
    client.on("error", () => {
      lease.broken = true;
      // The server went away under an idle connection: nobody shall be given a dead one.
      if (!this.#idle.includes(lease)) return;
      void this.#discard(lease).then(() => this.#wakeNext(url));
    });
    try {
      await client.connect();
      return lease;
    } catch (error) {
      this.#closed(url);
      this.#wakeNext(url);
      throw error;
    }
  }

  async #giveBack(lease: Lease): Promise<void> {
    // A lone statement such as `begin` or `set` must not leak into the next request.
    if (!lease.broken && lease.client.getTransactionStatus() !== "I") lease.broken = true;
    if (lease.broken) await this.#discard(lease);
    else this.#idle.push(lease);
    this.#wakeNext(lease.url);
  }

  async #discard(lease: Lease): Promise<void> {
    this.#closed(lease.url);
    const at = this.#idle.indexOf(lease);
    if (at !== -1) this.#idle.splice(at, 1);
    await lease.client.end().catch(() => undefined);
  }

  #closed(url: string): void {
    const left = (this.#open.get(url) ?? 1) - 1;
    if (left > 0) this.#open.set(url, left);
    else this.#open.delete(url);
  }
}

function run(client: Client, statement: ProxyStatement): Promise<QueryArrayResult> {
  // The extended protocol even without parameters: like Neon, one statement per query, never several.
  const config: QueryArrayConfig & { queryMode: "extended" } = {
    text: statement.query,
    values: [...(statement.params ?? [])],
    rowMode: "array",
    queryMode: "extended",
  };
  return client.query(config);
}
