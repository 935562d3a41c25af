/** Writes of sign-up and confirmation, as plaza_service. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import { SIGN_UP_ATTEMPTS_MAX } from "./limits.ts";

/**
 * Reserves an available handle for one hour, as long as the link of a sign-up is valid. `owner` is the digest of
 * the e-mail address: a second sign-up with the same address keeps the handle. Returns a row when the
 * reservation succeeded; of concurrent calls for different addresses only one gets a row.
 */
export const reserveHandle = (handle: string, owner: string): Statement<{ held: true }> =>
  statement(sql`
  insert into verifications as kept (identifier, value, expires_at)
  select ${`handle:${handle}`}, ${owner}, now() + interval '1 hour'
  where not exists (select from users where users.handle = ${handle} and users.email_verified)
    and not exists (select from profiles where profiles.handle = ${handle})
  on conflict (identifier) where identifier like 'handle:%'
    do update set value = excluded.value, expires_at = excluded.expires_at, updated_at = now()
    where kept.expires_at <= now() or kept.value = excluded.value
  returning true as held`);

export interface NewSignUp {
  id: string;
  tokenHash: string;
  name: string;
  handle: string;
  email: string;
  birthDate: string;
  /** The hash of the password. */
  password: string;
  /** As given to reserveHandle, which is the statement before this one. */
  owner: string;
}

/** Stores a sign-up. Returns no row when the address has an account or the handle is not reserved. */
export const insertSignUp = (signUp: NewSignUp): Statement<{ id: string }> =>
  statement(sql`
  insert into sign_ups (id, token_hash, name, handle, email, birth_date, password)
  select ${signUp.id}::uuid, ${signUp.tokenHash}, ${signUp.name}, ${signUp.handle}, ${signUp.email},
    ${signUp.birthDate}::date, ${signUp.password}
  where exists (select from verifications where identifier = ${`handle:${signUp.handle}`}
      and value = ${signUp.owner} and verifications.expires_at > now())
    and not exists (select from users where users.email = ${signUp.email} and email_verified)
  returning id`);

/**
 * Gives a sign-up of the last hour a new link, which is valid for an hour; the older one ends. `email` is null
 * when there is no such sign-up, or its address has had its mails of this hour.
 */
export const renewSignUp = (
  id: string,
  tokenHash: string,
  client: string,
): Statement<{ email: string | null }> =>
  statement(sql`select app.renew_sign_up(${id}::uuid, ${tokenHash}, ${client}) as email`);

/** Seconds until `key` may be used again; 0 counts this use. `max` uses an hour. */
export const takeHourly = (key: string, max: number): Statement<{ wait: number }> =>
  statement(sql`select app.take_hourly(array[${key}], array[${max}::int]) as wait`);

/** Seconds until this client may cause another mail to this address (its digest); 0 counts this mail. */
export const takeMail = (address: string, client: string): Statement<{ wait: number }> =>
  statement(sql`select app.take_mail(${address}, ${client}) as wait`);

/** Seconds until this client may try another password of this address (its digest); 0 counts this attempt. */
export const takeSignIn = (address: string, client: string): Statement<{ wait: number }> =>
  statement(sql`select app.take_sign_in(${address}, ${client}) as wait`);

/** Ends the waits of this client at this address: it gave the right password. */
export const signInSucceeded = (address: string, client: string): Statement<unknown> =>
  statement(sql`select app.sign_in_succeeded(${address}, ${client})`);

/**
 * Counts one attempt to confirm a sign-up and returns it with the hash of its password. No row: the link is
 * unknown, expired, was tried too often, or `blockedBy` is the token of a session that is signed in.
 */
export const tryToConfirm = (
  tokenHash: string,
  blockedBy: string | null,
): Statement<{ id: string; email: string; password: string }> =>
  statement(sql`
  update sign_ups set attempts = attempts + 1
  where token_hash = ${tokenHash} and expires_at > now() and attempts < ${SIGN_UP_ATTEMPTS_MAX}
    and not exists (select from sessions s where s.token = ${blockedBy}::text and s.expires_at > now())
  returning id, email, password`);

/** The session of this token, if it is signed in. */
export const findSession = (token: string | null): Statement<{ id: string }> =>
  statement(sql`select id from sessions where token = ${token}::text and expires_at > now()`);

/** Creates the account of a sign-up. `userId` is null when its address or handle was taken in the meantime. */
export const createAccount = (signUpId: string): Statement<{ userId: string | null }> =>
  statement(sql`select app.create_account(${signUpId}::uuid) as "userId"`);

/** Ends the session of this token; its sockets are closed by the outbox row of a trigger. */
export const deleteSession = (token: string): Statement<never> =>
  statement(sql`delete from sessions where token = ${token}`);

/**
 * The owner of a reset link, by the digest of its token, or else of a session. Only what a guess of the
 * password would use.
 */
export const findPasswordOwner = (
  resetIdentifier: string | null,
  sessionToken: string | null,
): Statement<{ name: string; handle: string; email: string }> =>
  statement(sql`
  select name, handle, email from users where id = coalesce(
    (select user_id from auth_accounts where user_id::text =
      (select value from verifications where identifier = ${resetIdentifier}::text and expires_at > now() limit 1) limit 1),
    (select user_id from sessions where token = ${sessionToken}::text and expires_at > now()))`);
