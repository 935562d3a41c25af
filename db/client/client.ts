/**
 * The one port to Postgres: every call is one batch, one transaction, one HTTP round trip over the Neon driver.
 *
 *   const db = createDatabase({ url, serviceUrl, endpoint });
 *   const { results: [rows] } = await db.asViewer(token, [selectPost(id)]);
 */
import { type NeonQueryFunction, neon, neonConfig } from "@neondatabase/serverless";
import { type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { z } from "zod";
import {
  BATCHES_IN_FLIGHT,
  DEADLOCK_TRIES,
  READ_TIMEOUT_MS,
  ROUND_TRIP_TIMEOUT_MS,
  SERVICE_TIMEOUT_MS,
} from "../reads/limits.ts";
import { uuidArray } from "../writes/sql.ts";
import type { DeliveredRows } from "./delivered.ts";
import { DatabaseUnavailable, Refused, Replayed } from "./errors.ts";
import { ConcurrencyLimiter } from "./in-flight.ts";

/** SQL with the type of its rows. Made only in db/reads and db/writes. */
export interface Statement<Row> {
  readonly sql: SQL;
  /** Carries the type; never set. */
  readonly row?: Row;
}
/** Names the row type of a piece of SQL. */
export const statement = <Row>(text: SQL): Statement<Row> => ({ sql: text });

type RowsOf<S> = S extends Statement<infer Row> ? Row[] : never;
/** The rows of each statement of a batch. */
export type ResultsOf<S extends readonly Statement<unknown>[]> = { -readonly [K in keyof S]: RowsOf<S[K]> };

/** An event for a room, as the transaction that caused it wrote it. */
export interface OutboxEntry {
  id: string;
  topic: string;
  type: string;
  data: unknown;
  createdAt: string;
}

/** Who the batch was found to act for. */
export interface Entered {
  userId: string;
  sessionId: string;
  /** When the session ends unless it is used again, in milliseconds since 1970. */
  expiresAt: number;
}

/** A request's claim to be carried out once: the caller's key and a digest of what is asked. */
export interface Claim {
  key: string;
  fingerprint: string;
}

/** Counts what a request asks of Postgres; shown in Server-Timing and held to a budget by a test. */
export interface Meter {
  roundTrips: number;
  milliseconds: number;
}

export interface DatabaseOptions {
  /** Connection string of plaza_app. */
  url: string;
  /** Connection string of plaza_service. */
  serviceUrl: string;
  /** The Neon wire's `/sql` on a laptop; Neon's own when absent. */
  endpoint?: string | undefined;
  /** Outbox rows to be forgotten by the next write. */
  delivered?: DeliveredRows;
  meter?: Meter;
}

export type Database = ReturnType<typeof createDatabase>;

const dialect = new PgDialect();
/** Of this isolate, over all its requests. */
const viewerBatches = new ConcurrencyLimiter(BATCHES_IN_FLIGHT, ROUND_TRIP_TIMEOUT_MS);
/** A row of app.collect_outbox(), which makes nothing else. */
type OutboxRecord = { id: string; topic: string; type: string; data: unknown; created_at: string };

/** Opens the port. Costs nothing until a batch is sent, so each request may make its own. */
export function createDatabase(options: DatabaseOptions) {
  const meter = options.meter ?? { roundTrips: 0, milliseconds: 0 };
  if (options.endpoint) {
    const endpoint = options.endpoint;
    neonConfig.fetchEndpoint = () => endpoint;
  }

  /** For viewers: refuses at once what would only wait to time out, so that a burst ends when its cause does. */
  async function sendForViewer(statements: readonly SQL[], timeoutMs: number): Promise<unknown[][]> {
    const leave = viewerBatches.enter(performance.now());
    if (!leave) throw new DatabaseUnavailable(new Error(`${BATCHES_IN_FLIGHT} batches are under way`));
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
      // Not AbortSignal.timeout(): its clock runs on after the answer, and a room with a running clock cannot sleep.
      const patience = new AbortController();
      const timer = setTimeout(() => patience.abort(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
      try {
        const queries = statements.map((text) => {
          const query = dialect.sqlToQuery(text);
          return client.query(query.sql, query.params);
        });
        const answers = await client.transaction(queries, {
          isolationLevel: "ReadCommitted",
          fetchOptions: { signal: patience.signal },
        });
        return answers as unknown[][];
      } catch (error) {
        const failure = explain(error);
        if (failure === "deadlock" && attempt < DEADLOCK_TRIES) continue;
        throw failure === "deadlock" ? new DatabaseUnavailable(error) : failure;
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
     * Reads as the owner of `token`, or as nobody when it is null. The session is proved in the same trip.
     * @throws Refused SESSION_EXPIRED, or whatever code a statement raises; DatabaseUnavailable.
     */
    async asViewer<const S extends readonly Statement<unknown>[]>(
      token: string | null,
      statements: S,
    ): Promise<{ results: ResultsOf<S>; viewer: Entered | null }> {
      const texts = statements.map((each) => each.sql);
      if (token === null)
        return { results: (await sendForViewer(texts, READ_TIMEOUT_MS)) as ResultsOf<S>, viewer: null };
      const [entered, ...results] = await sendForViewer([enter(token), ...texts], READ_TIMEOUT_MS);
      return { results: results as ResultsOf<S>, viewer: toEntered(entered) };
    },

    /**
     * Writes as the owner of `token`. The last statement is the answer: rows of one column `view`. With a claim, a
     * second request under the same key gets that answer again and changes nothing.
     * @returns the answer's views and the outbox rows this very transaction wrote (none on a replay).
     * @throws Refused (IDEMPOTENCY_CONFLICT when the key was used for something else, ...); DatabaseUnavailable.
     */
    async writeAsViewer<View>(
      token: string,
      claim: Claim | null,
      statements: readonly [...Statement<unknown>[], Statement<{ view: View }>],
    ): Promise<{ views: View[]; outbox: OutboxEntry[] }> {
      const texts = statements.map((each) => each.sql);
      const answerAt = texts.length - 1;
      const answer = texts[answerAt] as SQL;
      const done = options.delivered?.take() ?? [];
      const forget = done.length > 0 ? [sql`select app.forget_outbox(${uuidArray(done)})`] : [];
      const batch = claim
        ? [
            enter(token),
            sql`select app.claim_idempotency(${claim.key}, ${claim.fingerprint})`,
            ...texts.slice(0, -1),
            keeping(answer, claim.key),
            ...forget,
            collect,
          ]
        : [enter(token), ...texts, ...forget, collect];
      const answerIn = batch.length - 2 - forget.length;
      try {
        const rows = await sendForViewer(batch, ROUND_TRIP_TIMEOUT_MS);
        const answered = (rows[answerIn] ?? []) as { view: View }[];
        return { views: answered.map((row) => row.view), outbox: toEntries(rows.at(-1)) };
      } catch (error) {
        options.delivered?.add(done);
        if (!(error instanceof Replayed)) throw error;
        return { views: (error.answer as { view: View }[]).map((row) => row.view), outbox: [] };
      }
    },

    /** Runs as plaza_service: crons, delivery. Never to serve a viewer. */
    async asService<const S extends readonly Statement<unknown>[]>(statements: S): Promise<ResultsOf<S>> {
      const texts = statements.map((each) => each.sql);
      return (await send(options.serviceUrl, texts, SERVICE_TIMEOUT_MS)) as ResultsOf<S>;
    },
  };
}

const enter = (token: string): SQL => sql`select * from app.enter(${token})`;

/** The answer, kept beside its key in the transaction that gives it. */
const keeping = (answer: SQL, key: string): SQL => sql`
  with answer as (${answer}),
  kept as (select app.keep_answer(${key}, (select coalesce(jsonb_agg(to_jsonb(answer)), '[]') from answer)))
  select answer.view from answer, kept`;

const enteredRow = z.object({ user_id: z.uuid(), session_id: z.uuid(), expires_at: z.coerce.date() });
function toEntered(rows: unknown[] | undefined): Entered {
  const row = enteredRow.parse(rows?.[0]);
  return { userId: row.user_id, sessionId: row.session_id, expiresAt: row.expires_at.getTime() };
}

const neonFailure = z.object({
  code: z.string(),
  message: z.string(),
  detail: z.string().nullish(),
  constraint: z.string().nullish(),
});

/** SQLSTATEs: PZ is the API's own; 40P01 and 40001 are worth another try; 23505 a unique key; 42501 row security. */
function explain(error: unknown): Error | "deadlock" {
  const parsed = neonFailure.safeParse(error);
  if (!parsed.success) return new DatabaseUnavailable(error);
  const { code, message, detail } = parsed.data;
  if (code === "PZ200") return new Replayed(z.array(z.unknown()).parse(JSON.parse(detail ?? "[]")));
  if (code.startsWith("PZ")) return new Refused(Number(code.slice(2)), message);
  if (code === "40P01" || code === "40001") return "deadlock";
  if (code === "23505") return new Refused(409, "CONFLICT");
  if (code === "23503" || code === "42501") return new Refused(404, "NOT_FOUND");
  // 55P03: someone holds a lock for longer than the role's lock_timeout.
  if (/^(08|53|57|55P03)/.test(code)) return new DatabaseUnavailable(error);
  return error instanceof Error ? error : new Error(message);
}
