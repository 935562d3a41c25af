/** Writes of the sign-up besides those of the sign-in library, as plaza_service. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";

/** Deletes an unverified account whose verification link has expired, to release its handle. */
export const releaseHandle = (handle: string): Statement<never> =>
  statement(sql`
  delete from users where handle = ${handle} and not email_verified and created_at <= now() - interval '1 hour'`);

/**
 * Reserves an available handle for one hour, as long as an unverified account does (app.handle_is_free).
 * Returns a row when the reservation succeeded; of concurrent calls only one gets a row.
 */
export const reserveHandle = (handle: string): Statement<{ held: true }> =>
  statement(sql`
  insert into verifications as kept (identifier, value, expires_at)
  select ${`handle:${handle}`}, '', now() + interval '1 hour' where app.handle_is_free(${handle})
  on conflict (identifier) where identifier like 'handle:%'
    do update set expires_at = excluded.expires_at, updated_at = now() where kept.expires_at <= now()
  returning true as held`);
