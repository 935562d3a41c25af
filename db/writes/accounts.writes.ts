/** Writes of sign-up and confirmation, as plaza_service. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import { SIGN_UP_ATTEMPTS_MAX } from "./limits.ts";

export interface NewSignUp {
  id: string;
  tokenHash: string;
  name: string;
  handle: string;
  email: string;
  birthDate: string;
  /** The hash of the password. */
  password: string;
  /** The network of the client. */
  client: string;
}

/**
 * Stores a sign-up, reserves its handle for an hour and counts its mail. `wait`: seconds until this client may cause
 * another mail to this address; then nothing is stored or reserved. `held`: the handle is reserved for the address;
 * if false, no mail is counted. `stored`: false when the address has an account.
 */
export const insertSignUp = (
  signUp: NewSignUp,
): Statement<{ wait: number; held: boolean; stored: boolean }> =>
  statement(sql`
  select wait, held, stored from app.insert_sign_up(${signUp.id}::uuid, ${signUp.tokenHash}, ${signUp.name},
    ${signUp.handle}, ${signUp.email}, ${signUp.birthDate}::date, ${signUp.password}, ${signUp.client})`);

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

/** Seconds until this client may cause another mail to reset the password of this address (its digest); 0 counts this mail. */
export const takeResetMail = (address: string, client: string): Statement<{ wait: number }> =>
  statement(sql`select app.take_mail('reset', ${address}, ${client}) as wait`);

/** Seconds until this client may try another password of this address (its digest); 0 counts this attempt. */
export const takeSignIn = (address: string, client: string): Statement<{ wait: number }> =>
  statement(sql`select app.take_sign_in(${address}, ${client}) as wait`);

/** Ends the waits of this client at this address: it gave the right password or reset it. */
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
