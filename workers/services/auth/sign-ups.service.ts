/**
 * Sign-up by mail. A sign-up is stored apart from the accounts (db/migrations/*_sign_ups.sql). The mailed link
 * opens a page; that page sends the link's token and the password of the sign-up, which creates the account. So
 * an account belongs to somebody who reads the address's mail and chose the password, never to only one of them.
 */
import { APIError } from "better-auth/api";
import { hashPassword, verifyPassword } from "better-auth/crypto";
import { uuidv7 } from "uuidv7";
import { z } from "zod";
import { createDatabase, type Database } from "../../../db/client/client.ts";
import {
  createAccount,
  deleteSession,
  findSession,
  insertSignUp,
  renewSignUp,
  takeHourly,
  tryToConfirm,
} from "../../../db/writes/accounts.writes.ts";
import { PASSWORD_MAX_CHARS } from "../../../party/protocol/limits.ts";
import type { Env } from "../../env.ts";
import { ApiError } from "../../errors.ts";
import { type MailLanguage, queueMail } from "../../mail/queue.ts";
import { sha256 } from "../../sha256.ts";
import { signUpSchema } from "../accounts.rules.ts";
import { requireStrongPassword } from "./passwords.rules.ts";

export interface SignUpContext {
  env: Env;
  language: MailLanguage;
  /** The token of a signed session cookie, if the request has one. */
  sessionToken: string | null;
  /** The network of the client, see auth.rules.ts. */
  client: string;
}

const TOKEN_BYTES = 24;
/** Mails with a new link for one sign-up, per hour. */
const RESENDS_MAX = 3;

export const authDatabase = (env: Env): Database =>
  createDatabase({
    url: env.DATABASE_URL,
    serviceUrl: env.DATABASE_SERVICE_URL,
    endpoint: env.NEON_ENDPOINT,
  });

/** The database has only the digest: whoever reads it cannot open a link. */
function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

/** The token is in the fragment, which browsers do not send: no log of a server or proxy has it. */
const confirmUrl = (env: Env, token: string) => `${env.PUBLIC_URL}/verify-email#token=${token}`;

/** Parses a body. @throws APIError VALIDATION_FAILED with a message per field */
function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new APIError("BAD_REQUEST", {
    code: "VALIDATION_FAILED",
    message: "Some fields are not valid.",
    fields: Object.fromEntries(
      parsed.error.issues.map((issue) => [issue.path.join(".") || "body", issue.message]),
    ),
  });
}

const invalidToken = () =>
  new APIError("BAD_REQUEST", { code: "INVALID_TOKEN", message: "The link is not valid any more." });

/**
 * Stores a sign-up and mails its link. An address that has an account gets a mail that says so; the response is
 * the same. `signUpId` is for resendLink.
 * @throws APIError VALIDATION_FAILED, PASSWORD_TOO_COMMON, HANDLE_TAKEN; ApiError RATE_LIMITED
 */
export async function signUp(
  { env, language, client }: SignUpContext,
  body: unknown,
): Promise<{ status: true; signUpId: string }> {
  const { name, handle, email, password, birthDate } = parse(signUpSchema, body);
  await requireStrongPassword(password, { name, handle, email });
  const [id, token] = [uuidv7(), newToken()];
  const [[inserted]] = await authDatabase(env).asService([
    insertSignUp({
      id,
      tokenHash: await sha256(token),
      name,
      handle,
      email,
      birthDate,
      password: await hashPassword(password),
      client,
    }),
  ]);
  if (inserted && inserted.wait > 0) throw new ApiError("RATE_LIMITED", { retryAfterS: inserted.wait });
  // Before the address is considered, so that the answer about a handle reveals nothing about the address.
  if (!inserted?.held)
    throw new APIError("CONFLICT", { code: "HANDLE_TAKEN", message: "That handle is taken." });
  await queueMail(env, {
    to: email,
    // The sender of a sign-up chose the name; the address may be somebody else's.
    name: null,
    language,
    ...(inserted.stored
      ? { template: "verify", url: confirmUrl(env, token) }
      : { template: "already", url: `${env.PUBLIC_URL}/sign-in` }),
  });
  return { status: true, signUpId: id };
}

const resendSchema = z.object({ signUpId: z.uuid() });

/** Mails a new link for a sign-up of the last hour; the older link ends. The response is the same without one. */
export async function resendLink(
  { env, language, client }: SignUpContext,
  body: unknown,
): Promise<{ status: true }> {
  const { signUpId } = parse(resendSchema, body);
  const token = newToken();
  const db = authDatabase(env);
  // Counted whether the sign-up exists or not. The limit per address then says nothing: it would reveal that.
  const [[taken]] = await db.asService([takeHourly(`resend ${signUpId}`, RESENDS_MAX)]);
  if (taken && taken.wait > 0) throw new ApiError("RATE_LIMITED", { retryAfterS: taken.wait });
  const [[renewed]] = await db.asService([renewSignUp(signUpId, await sha256(token), client)]);
  if (renewed?.email)
    await queueMail(env, {
      to: renewed.email,
      name: null,
      language,
      template: "verify",
      url: confirmUrl(env, token),
    });
  return { status: true };
}

const confirmSchema = z.object({
  token: z.string().min(1).max(100),
  password: z.string().min(1).max(PASSWORD_MAX_CHARS),
  /** Ends the session that this browser has, if it is another account's. */
  replaceSession: z.boolean().optional(),
});

/**
 * Creates the account of a sign-up. Returns what signs it in.
 * @throws APIError SIGNED_IN_ALREADY when the browser has a session that it does not want to replace,
 *   INVALID_TOKEN, INVALID_PASSWORD
 */
export async function confirmSignUp(
  { env, sessionToken }: SignUpContext,
  body: unknown,
): Promise<{ email: string; password: string }> {
  const { token, password, replaceSession = false } = parse(confirmSchema, body);
  const db = authDatabase(env);
  const [sessions, [pending]] = await db.asService([
    findSession(sessionToken),
    tryToConfirm(await sha256(token), replaceSession ? null : sessionToken),
  ]);
  if (sessions.length > 0 && !replaceSession)
    throw new APIError("CONFLICT", {
      code: "SIGNED_IN_ALREADY",
      message: "This browser is signed in to an account; set replaceSession to sign it out.",
    });
  if (!pending) throw invalidToken();
  if (!(await verifyPassword({ hash: pending.password, password })))
    throw new APIError("FORBIDDEN", {
      code: "INVALID_PASSWORD",
      message: "This is not the password of the sign-up.",
    });
  const [[created]] = await db.asService([createAccount(pending.id)]);
  if (!created?.userId) throw invalidToken();
  if (sessionToken !== null) await db.asService([deleteSession(sessionToken)]);
  return { email: pending.email, password };
}
