import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { QueryArrayResult } from "pg";
import { DatabaseError } from "pg";
import { createWebSocketStream, WebSocketServer } from "ws";
import { ConnectionPool, type ProxyStatement } from "./connection-pool.ts";

const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * A fault that tests inject: none, requests that never get an answer, or connections that are closed at once.
 */
export type NeonProxyFault = "none" | "hang" | "refuse";

export type NeonProxy = {
  port: number;
  /** The value for NEON_ENDPOINT. */
  endpoint: string;
  setFault(fault: NeonProxyFault): void;
  /** Requests so far (one request is one round trip), by role and function called. */
  tally(): Record<string, number>;
  stop(): Promise<void>;
};

export type NeonProxyOptions = {
  /** 0: the operating system chooses a free port. */
  port: number;
  /** The only PostgreSQL server that the proxy connects to, on 127.0.0.1. */
  postgresPort: number;
  /** Opens `POST /fault?mode=none|hang|refuse`, for tests in another process. */
  isFaultSwitchOpen?: boolean;
};

/**
 * A proxy on loopback that speaks Neon's protocol in front of a local PostgreSQL server: `POST /sql` with one
 * statement or a batch, and a WebSocket `/v2?address=host:port` that is a tunnel to PostgreSQL. Values are
 * always text, as the driver expects.
 *
 * Source of the protocol: `@neondatabase/serverless` 1.x (`Neon-*` headers, `{query, params}` or `{queries}`,
 * errors as HTTP 400 with PostgreSQL's error fields).
 */
export async function startNeonProxy({
  port,
  postgresPort,
  isFaultSwitchOpen = false,
}: NeonProxyOptions): Promise<NeonProxy> {
  const pool = new ConnectionPool();
  const hung = new Set<Duplex>();
  const requestCounts = new Map<string, number>();
  let fault: NeonProxyFault = "none";

  const setFault = (next: NeonProxyFault) => {
    fault = next;
    for (const socket of hung) socket.destroy();
    hung.clear();
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://neon-proxy");
    if (!isLoopback(request))
      return send(response, 403, {
        message: "The Neon proxy accepts requests to a loopback host name only.",
      });
    if (isFaultSwitchOpen && url.pathname === "/fault" && request.method === "POST") {
      const mode = url.searchParams.get("mode");
      if (mode !== "none" && mode !== "hang" && mode !== "refuse")
        return send(response, 400, { message: "mode?" });
      setFault(mode);
      return send(response, 200, { mode });
    }
    if (fault === "refuse") return void request.socket.destroy();
    if (fault === "hang") return void hung.add(request.socket);
    if (url.pathname !== "/sql" || request.method !== "POST") {
      return send(response, url.pathname === "/" ? 200 : 404, { plaza: "neon proxy", pid: process.pid });
    }
    const count = (name: string) => requestCounts.set(name, (requestCounts.get(name) ?? 0) + 1);
    answer(pool, postgresPort, request, response, count).catch((error: unknown) =>
      sendError(response, error),
    );
  });
  // Longer than clients keep an idle connection: the proxy never closes one while a request is being sent on
  // it.
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;

  const tunnels = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on("upgrade", (request, socket, head) => {
    const address = new URL(request.url ?? "/", "http://neon-proxy").searchParams.get("address") ?? "";
    const isAllowed = isLocalAddress(address, postgresPort) && isLoopback(request);
    if (!isAllowed || fault === "refuse") return void socket.destroy();
    if (fault === "hang") return void hung.add(socket);
    tunnels.handleUpgrade(request, socket, head, (webSocket) => {
      const client = createWebSocketStream(webSocket);
      const postgres = connect({ host: "127.0.0.1", port: postgresPort, noDelay: true });
      client.on("error", () => postgres.destroy()).on("close", () => postgres.destroy());
      postgres.on("error", () => client.destroy()).on("close", () => client.destroy());
      client.pipe(postgres).pipe(client);
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1" }, resolve);
  });
  const stop = async () => {
    setFault("refuse");
    for (const client of tunnels.clients) client.terminate();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
    await pool.close();
  };
  const address = server.address();
  const boundPort = typeof address === "object" && address !== null ? address.port : port;
  const tally = () => Object.fromEntries(requestCounts);
  return { port: boundPort, endpoint: `http://127.0.0.1:${boundPort}/sql`, setFault, tally, stop };
}

async function answer(
  pool: ConnectionPool,
  postgresPort: number,
  request: IncomingMessage,
  response: ServerResponse,
  count: (name: string) => void,
): Promise<void> {
  const url = String(request.headers["neon-connection-string"] ?? "");
  if (!isLocalUrl(url, postgresPort)) {
    return send(response, 400, {
      message: "Neon-Connection-String must name the local database.",
      code: "08006",
    });
  }
  const body = parseBody(await readBody(request));
  const isArrayMode = request.headers["neon-array-mode"] === "true";
  count(nameOf(url, "queries" in body ? body.queries : [body]));
  if ("queries" in body) {
    const results = await pool.batch(url, batchMode(request), body.queries);
    return send(response, 200, { results: results.map((result) => shape(result, isArrayMode)) });
  }
  send(response, 200, shape(await pool.single(url, body), isArrayMode));
}

/** Functions in nearly every statement; the name of a request ignores them. */
const COMMON_FUNCTIONS = new Set(["app.enter", "app.viewer", "app.iso"]);

/**
 * The role and the last function called (`plaza_app: app.delete_post`), else the beginning of the last
 * statement.
 */
function nameOf(url: string, statements: readonly ProxyStatement[]): string {
  const role = /^\w+:\/\/(\w+)/.exec(url)?.[1] ?? "?";
  let called: string | undefined;
  for (const { query } of statements) {
    for (const [name] of query.matchAll(/\bapp\.[a-z_]+(?=\s*\()/g)) {
      if (!COMMON_FUNCTIONS.has(name)) called = name;
    }
  }
  return `${role}: ${called ?? statements.at(-1)?.query.trim().replace(/\s+/g, " ").slice(0, 40)}`;
}

class BadRequest extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_LIMIT_BYTES) reject(new BadRequest(413, `request body over ${BODY_LIMIT_BYTES} bytes`));
      else chunks.push(chunk);
    });
    request.once("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.once("error", reject);
  });
}

function parseBody(text: string): ProxyStatement | { queries: ProxyStatement[] } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new BadRequest(400, "request body is not JSON");
  }
  if (isStatement(body)) return body;
  if (typeof body === "object" && body !== null && "queries" in body && Array.isArray(body.queries)) {
    const queries: unknown[] = body.queries;
    if (queries.every(isStatement)) return { queries };
  }
  throw new BadRequest(400, "request body must be {query, params} or {queries}");
}

function isStatement(value: unknown): value is ProxyStatement {
  if (typeof value !== "object" || value === null || !("query" in value)) return false;
  return typeof value.query === "string" && (!("params" in value) || Array.isArray(value.params));
}

const ISOLATION: Record<string, string> = {
  ReadUncommitted: "isolation level read uncommitted",
  ReadCommitted: "isolation level read committed",
  RepeatableRead: "isolation level repeatable read",
  Serializable: "isolation level serializable",
};

function batchMode({ headers }: IncomingMessage): string {
  const modes: string[] = [];
  const isolation = headers["neon-batch-isolation-level"];
  if (isolation !== undefined) {
    const level = ISOLATION[String(isolation)];
    if (level === undefined) throw new BadRequest(400, "unknown Neon-Batch-Isolation-Level");
    modes.push(level);
  }
  if (headers["neon-batch-read-only"] === "true") modes.push("read only");
  if (headers["neon-batch-deferrable"] === "true") modes.push("deferrable");
  return modes.join(" ");
}

function shape(result: QueryArrayResult, isArrayMode: boolean) {
  const { command, rowCount, fields, rows } = result;
  if (isArrayMode) return { command, rowCount, rowAsArray: true, fields, rows };
  const named = rows.map((row) => Object.fromEntries(fields.map((field, at) => [field.name, row[at]])));
  return { command, rowCount, rowAsArray: false, fields, rows: named };
}

function isLoopback(request: IncomingMessage): boolean {
  // A web page cannot choose the Host header, so DNS rebinding does not reach the proxy.
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  return host === "127.0.0.1" || host === "localhost" || host === "[::1]";
}

const localUrlCache = new Map<string, boolean>();

function isLocalUrl(url: string, postgresPort: number): boolean {
  const key = `${postgresPort} ${url}`;
  const cached = localUrlCache.get(key);
  if (cached !== undefined) return cached;
  let isLocal = false;
  try {
    isLocal = isLocalAddress(new URL(url).host, postgresPort);
  } catch {}
  if (localUrlCache.size < 1_000) localUrlCache.set(key, isLocal);
  return isLocal;
}

function isLocalAddress(address: string, postgresPort: number): boolean {
  return address === `127.0.0.1:${postgresPort}` || address === `localhost:${postgresPort}`;
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return;
  if (error instanceof DatabaseError) send(response, 400, databaseError(error));
  else if (error instanceof BadRequest) send(response, error.status, { message: error.message });
  else
    send(response, 503, {
      message: error instanceof Error ? error.message : "the database cannot be reached",
    });
}

/** PostgreSQL's error fields under the names that Neon uses. */
function databaseError(error: DatabaseError) {
  const { message, code, severity, detail, hint, position, where, schema, table, column } = error;
  const { internalPosition, internalQuery, dataType, constraint, file, line, routine } = error;
  return {
    ...{ message, code, severity, detail, hint, position, where, schema, table, column },
    ...{ internalPosition, internalQuery, dataType, constraint, file, line, routine },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}
