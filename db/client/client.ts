/**
 * The database client. Every call sends one batch: one transaction and one HTTP round trip over the Neon
 * driver. Nothing else in the Worker or the rooms connects to Postgres.
 *
 *   const db = createDatabase({ url, serviceUrl, endpoint });
 *   const { results: [rows] } = await db.asViewer(token, [selectPost(id)]);
 */
import { type NeonQueryFunction, neon, neonConfig } from "@neondatabase/serverless";
import { type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { z } from "zod";
import { uuidArray } from "../writes/sql.ts";
import { ConcurrencyLimiter } from "./concurrency-limiter.ts";
import type { DeliveredRows } from "./delivered-rows.ts";
import { DatabaseUnavailable, Refused, Replayed, StatementFailed } from "./errors.ts";
import {
  CONCURRENT_BATCHES_MAX,
  DEADLOCK_ATTEMPTS_MAX,
  READ_TIMEOUT_MS,
  ROUND_TRIP_TIMEOUT_MS,
  SERVICE_TIMEOUT_MS,
} from "./limits.ts";

/** SQL with the type of its rows. Built only in db/reads and db/writes. */
export interface Statement<Row> {
  readonly sql: SQL;
  /** Type parameter only; never set. */
  readonly row?: Row;
}
/** Gives SQL the type of its rows. */
export const statement = <Row>(text: SQL): Statement<Row> => ({ sql: text });

type RowsOf<S> = S extends Statement<infer Row> ? Row[] : never;
/** The rows of each statement of a batch. */
export type ResultsOf<S extends readonly Statement<unknown>[]> = { -readonly [K in keyof S]: RowsOf<S[K]> };

/** An outbox row: an event for a room, written in the transaction that caused it. */
export interface OutboxEntry {
  id: string;
  topic: string;
  type: string;
  data: unknown;
  createdAt: string;
}

/** The account and session that the batch ran for. */
export interface ViewerSession {
  userId: string;
  sessionId: string;
  /** When the session expires unless it is used again, in milliseconds since 1970. */
  expiresAt: number;
}

/** An idempotency claim: the key that the caller sent and a digest of the request. */
export interface Claim {
  key: string;
  fingerprint: string;
}

/**
 * Round trips to Postgres of one request. Sent in Server-Timing; a test compares them with the route's
 * budget.
 */
export interface Meter {
  roundTrips: number;
  milliseconds: number;
}

export interface DatabaseOptions {
  /** Connection string of plaza_app. */
  url: string;
  /** Connection string of plaza_service. */
  serviceUrl: string;
  /** URL of the local Neon proxy's `/sql`. Absent: Neon's own endpoint. */
  endpoint?: string | undefined;
  /** Outbox rows that the next write deletes. */
  delivered?: DeliveredRows;
  meter?: Meter;
}

export type Database = ReturnType<typeof createDatabase>;

const dialect = new PgDialect();
/** Shared by all requests of this isolate. */
const viewerBatches = new ConcurrencyLimiter(CONCURRENT_BATCHES_MAX, ROUND_TRIP_TIMEOUT_MS);
/** A row of app.collect_outbox(). */
type OutboxRecord = { id: string; topic: string; type: string; data: unknown; created_at: string };

/** Creates a client. It opens no connection until a batch is sent, so each request can create its own. */
export function createDatabase(options: DatabaseOptions) {
  const meter = options.meter ?? { roundTrips: 0, milliseconds: 0 };
  if (options.endpoint) {
    const endpoint = options.endpoint;
    neonConfig.fetchEndpoint = () => endpoint;
  }

  /**
   * Fails at once above the limit of concurrent batches, so that an overload does not build a queue of
   * timeouts.
   */
  async function sendForViewer(statements: readonly SQL[], timeoutMs: number): Promise<unknown[][]> {
    const leave = viewerBatches.enter(performance.now());
    if (!leave) throw new DatabaseUnavailable(new Error(`${CONCURRENT_BATCHES_MAX} batches are in progress`));
    try {
      return await send(options.url, statements, timeoutMs);
    } finally {
      leave();
    }
  }

  async function send(url: string, statements: readonly SQL[], timeoutMs: number): Promise<unknown[][]> {
    const client: NeonQueryFunction<false, false> = neon(url);
    for (let attempt = 1; ; attempt += 1) {
      const started = performance.now();
      meter.roundTrips += 1;
      // Not AbortSignal.timeout(): its timer keeps running after the response, and a Durable Object with a
      // pending timer cannot hibernate.
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(new Error(`no response within ${timeoutMs} ms`)), timeoutMs);
      const prepared = statements.map((text) => dialect.sqlToQuery(text));
      try {
        const queries = prepared.map((query) => client.query(query.sql, query.params));
        const answers = await client.transaction(queries, {
          isolationLevel: "ReadCommitted",
          fetchOptions: { signal: abort.signal },
        });
        return answers as unknown[][];
      } catch (error) {
        const failed = () =>
          new StatementFailed(
            error,
            prepared.map((query) => query.sql),
          );
        const failure = explain(error, failed);
        if (failure === "deadlock" && attempt < DEADLOCK_ATTEMPTS_MAX) continue;
        throw failure === "deadlock" ? new DatabaseUnavailable(failed()) : failure;
      } finally {
        clearTimeout(timer);
        meter.milliseconds += performance.now() - started;
      }
    }
  }

  const collect = sql`select * from app.collect_outbox()`;
  const toEntries = (rows: unknown[] | undefined): OutboxEntry[] =>
    ((rows ?? []) as OutboxRecord[]).map(({ created_at, ...row }) => ({ ...row, createdAt: created_at }));

  return {
    meter,

    /**
     * Runs statements with the owner of `token` as the viewer, or without a viewer when it is null. The
     * session is checked in the same round trip.
     * @throws Refused with SESSION_EXPIRED or the code that a statement raised; DatabaseUnavailable.
     */
    async asViewer<const S extends readonly Statement<unknown>[]>(
      token: string | null,
      statements: S,
    ): Promise<{ results: ResultsOf<S>; viewer: ViewerSession | null }> {
      const texts = statements.map((each) => each.sql);
      if (token === null)
        return { results: (await sendForViewer(texts, READ_TIMEOUT_MS)) as ResultsOf<S>, viewer: null };
      const [entered, ...results] = await sendForViewer([enter(token), ...texts], READ_TIMEOUT_MS);
      return { results: results as ResultsOf<S>, viewer: toViewerSession(entered) };
    },

    /**
     * Writes with the owner of `token` as the viewer. The last statement returns the response: rows with one
     * column `view`. With a claim, a second request with the same key gets the stored response and changes
     * nothing.
     * @returns the views of the response, and the outbox rows written in this transaction (none for a
     *   repeated request).
     * @throws Refused (IDEMPOTENCY_CONFLICT when the key was used with another request, ...);
     *   DatabaseUnavailable.
     */
    async writeAsViewer<View>(
      token: string,
      claim: Claim | null,
      statements: readonly [...Statement<unknown>[], Statement<{ view: View }>],
    ): Promise<{ views: View[]; outbox: OutboxEntry[] }> {
      const texts = statements.map((each) => each.sql);
      const answerAt = texts.length - 1;
      const answer = texts[answerAt] as SQL;
      const delivered = options.delivered?.take() ?? [];
      const deleteDelivered =
        delivered.length > 0 ? [sql`select app.delete_delivered_outbox(${uuidArray(delivered)})`] : [];
      const batch = claim
        ? [
            enter(token),
            sql`select app.claim_idempotency(${claim.key}, ${claim.fingerprint})`,
            ...texts.slice(0, -1),
            storingAnswer(answer, claim.key),
            ...deleteDelivered,
            collect,
          ]
        : [enter(token), ...texts, ...deleteDelivered, collect];
      const answerIn = batch.length - 2 - deleteDelivered.length;
      try {
        const rows = await sendForViewer(batch, ROUND_TRIP_TIMEOUT_MS);
        const answered = (rows[answerIn] ?? []) as { view: View }[];
        return { views: answered.map((row) => row.view), outbox: toEntries(rows.at(-1)) };
      } catch (error) {
        options.delivered?.add(delivered);
        if (!(error instanceof Replayed)) throw error;
        return { views: (error.answer as { view: View }[]).map((row) => row.view), outbox: [] };
      }
    },

    /**
     * Runs statements as plaza_service, which is not bound by row security: crons, delivery. Never for a
     * viewer.
     */
    async asService<const S extends readonly Statement<unknown>[]>(statements: S): Promise<ResultsOf<S>> {
      const texts = statements.map((each) => each.sql);
      return (await send(options.serviceUrl, texts, SERVICE_TIMEOUT_MS)) as ResultsOf<S>;
    },
  };
}

const enter = (token: string): SQL => sql`select * from app.enter(${token})`;

/** Runs the last statement and stores its rows with the idempotency key, in the same transaction. */
const storingAnswer = (answer: SQL, key: string): SQL => sql`
  with answer as (${answer}),
  kept as (select app.store_idempotency_answer(${key}, (select coalesce(jsonb_agg(to_jsonb(answer)), '[]') from answer)))
  select answer.view from answer, kept`;

const enteredRow = z.object({ user_id: z.uuid(), session_id: z.uuid(), expires_at: z.coerce.date() });
function toViewerSession(rows: unknown[] | undefined): ViewerSession {
  const row = enteredRow.parse(rows?.[0]);
  return { userId: row.user_id, sessionId: row.session_id, expiresAt: row.expires_at.getTime() };
}

const neonFailure = z.object({
  code: z.string(),
  message: z.string(),
  detail: z.string().nullish(),
  constraint: z.string().nullish(),
});

/**
 * Maps a SQLSTATE: PZ* is an API error code, 40P01 and 40001 are retried, 23505 is a unique key, 42501 row
 * security, 22021 and 22P05 a character that Postgres cannot store (NUL). `failed` makes the error to log.
 */
function explain(error: unknown, failed: () => StatementFailed): Error | "deadlock" {
  const parsed = neonFailure.safeParse(error);
  if (!parsed.success) return new DatabaseUnavailable(failed());
  const { code, message, detail } = parsed.data;
  if (code === "PZ200") return new Replayed(z.array(z.unknown()).parse(JSON.parse(detail ?? "[]")));
  if (code.startsWith("PZ")) return new Refused(Number(code.slice(2)), message);
  if (code === "40P01" || code === "40001") return "deadlock";
  if (code === "23505") return new Refused(409, "CONFLICT");
  if (code === "23503" || code === "42501") return new Refused(404, "NOT_FOUND");
  if (code === "22021" || code === "22P05") return new Refused(400, "VALIDATION_FAILED");
  // 55P03: lock_timeout of the role was exceeded.
  return /^(08|53|57|55P03)/.test(code) ? new DatabaseUnavailable(failed()) : failed();
}
