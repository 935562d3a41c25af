/** What every request carries from the door to the service. */
import type { Claim, Database, OutboxEntry } from "../db/client/client.ts";
import type { Env } from "./env.ts";
import { ApiError } from "./errors.ts";

/** What services are given: who asks, the port to Postgres, and a way to have events delivered after the answer. */
export interface ServiceContext {
  db: Database;
  env: Env;
  /** The session token of a signed cookie, not yet proved: app.enter() proves it in the same trip as the work. */
  token: string | null;
  /** The account the browser says it is signed in to. Grants nothing: it tells which room may know the session. */
  account: string | null;
  /** The request's Idempotency-Key and digest, if it brought one. */
  claim: Claim | null;
  /** Delivers rows to their rooms once the answer is on its way. */
  deliver(rows: OutboxEntry[]): void;
  /** The same ahead of the answer, for whoever is going to act on it in those rooms. Never throws. */
  tellRooms(rows: OutboxEntry[]): Promise<void>;
  /** Work that may outlive the answer. */
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
