/** The context of a request, from the middleware to the services. */
import type { Claim, Database, OutboxEntry } from "../db/client/client.ts";
import type { Env } from "./env.ts";
import { ApiError } from "./errors.ts";

/**
 * What every function of a service gets: the session, the database client, and the delivery of outbox rows.
 */
export interface ServiceContext {
  db: Database;
  env: Env;
  /**
   * The session token of a signed cookie. Not verified yet: app.enter() does that in the batch of the work
   * itself.
   */
  token: string | null;
  /** The account that the browser says it is signed in to. Grants nothing: it selects the UserRoom to ask. */
  account: string | null;
  /** The request's Idempotency-Key and the digest of the request, if it has a key. */
  claim: Claim | null;
  /** Delivers outbox rows to their rooms without delaying the response. */
  deliver(rows: OutboxEntry[]): void;
  /**
   * Delivers outbox rows before the response, for a client that is about to use those rooms. Never throws.
   */
  deliverAndWait(rows: OutboxEntry[]): Promise<void>;
  /** Keeps the Worker running for work that ends after the response. */
  defer(work: Promise<unknown>): void;
}

export interface AppEnv {
  Bindings: Env;
  Variables: { service: ServiceContext; requestId: string };
}

/** @throws ApiError UNAUTHENTICATED when nobody is signed in */
export function requireToken(ctx: ServiceContext): string {
  if (ctx.token === null) throw new ApiError("UNAUTHENTICATED");
  return ctx.token;
}
