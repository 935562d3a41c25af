/** What sign-up writes besides what the sign-in library does, as plaza_service. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";

/** Accounts that nobody confirmed while their link worked give their handle back. */
export const releaseHandle = (handle: string): Statement<never> =>
  statement(sql`
  delete from users where handle = ${handle} and not email_verified and created_at <= now() - interval '1 hour'`);

/**
 * Holds a free handle for an hour, as long as an account that is not confirmed yet does (app.handle_is_free). Of several
 * at once one gets a row; a handle that is taken or held gives none.
 */
export const holdHandle = (handle: string): Statement<{ held: true }> =>
  statement(sql`
  insert into verifications as kept (identifier, value, expires_at)
  select ${`handle:${handle}`}, '', now() + interval '1 hour' where app.handle_is_free(${handle})
  on conflict (identifier) where identifier like 'handle:%'
    do update set expires_at = excluded.expires_at, updated_at = now() where kept.expires_at <= now()
  returning true as held`);
