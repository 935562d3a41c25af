/**
 * Accounts by better-auth: e-mail and password, links by mail, sessions in Postgres. It connects as
 * plaza_service; requests of viewers are verified by app.enter() instead.
 */
import { neon, neonConfig } from "@neondatabase/serverless";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import { drizzle } from "drizzle-orm/neon-http";
import { uuidv7 } from "uuidv7";
import { DatabaseUnavailable, StatementFailed } from "../../../db/client/errors.ts";
import { authAccounts, sessions, users, verifications } from "../../../db/schema/accounts.ts";
import {
  deleteSession,
  findPasswordOwner,
  signInSucceeded,
  takeResetMail,
  takeSignIn,
} from "../../../db/writes/accounts.writes.ts";
import { PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS } from "../../../party/protocol/limits.ts";
import type { Env } from "../../env.ts";
import { ApiError } from "../../errors.ts";
import { languageOf, queueMail } from "../../mail/queue.ts";
import { sha256 } from "../../sha256.ts";
import { COOKIE_PREFIX, SESSION_S, sessionCookie } from "../sessions.rules.ts";
import { requireStrongPassword } from "./passwords.rules.ts";
import { authDatabase } from "./sign-ups.service.ts";

const SESSION_RENEW_S = 24 * 3600;
const LINK_S = 3600;
/** For all queries that better-auth sends to Postgres in one request. */
const AUTH_TIMEOUT_MS = 10_000;

type Adapter = ReturnType<typeof drizzleAdapter>;

/** Whether the trigger sessions_suspension_before_insert refused a session. */
const isSuspended = (error: unknown): boolean =>
  [error, Object(error).cause].some((each) => Object(each).message === "ACCOUNT_SUSPENDED");

/**
 * The adapter's errors contain the query's parameters (tokens, hashes, addresses), and the library prints them
 * in several places. So they leave the adapter as DatabaseUnavailable, which names the operation only.
 */
function withoutValuesInErrors(adapter: Adapter): Adapter {
  return (options) => {
    const inner = adapter(options);
    const wrapped: typeof inner = new Proxy(inner, {
      get(target, key, receiver) {
        // No transaction begins: the HTTP driver has none, and better-auth only needs an adapter to call.
        if (key === "transaction")
          return (work: (adapter: typeof inner) => Promise<unknown>) => work(wrapped);
        const value: unknown = Reflect.get(target, key, receiver);
        if (typeof value !== "function") return value;
        return (...values: unknown[]) => {
          const result: unknown = Reflect.apply(value, target, values);
          if (!(result instanceof Promise)) return result;
          return result.catch((error: unknown) => {
            if (isSuspended(error))
              throw new APIError("FORBIDDEN", {
                code: "ACCOUNT_SUSPENDED",
                message: "This account is suspended.",
              });
            const model: unknown = Object(values[0]).model;
            throw new DatabaseUnavailable(
              new StatementFailed(error, [`better-auth ${String(key)} ${String(model)}`]),
            );
          });
        };
      },
    });
    return wrapped;
  };
}

/** The part of better-auth that is used: requests in, responses out. */
export interface AuthHandler {
  handler(request: Request): Promise<Response>;
}

/** better-auth, configured for one request. */
export function createAuth(env: Env, defer: (work: Promise<unknown>) => void): AuthHandler {
  if (env.NEON_ENDPOINT) {
    const endpoint = env.NEON_ENDPOINT;
    neonConfig.fetchEndpoint = () => endpoint;
  }
  const database = neon(env.DATABASE_SERVICE_URL, {
    fetchOptions: { signal: AbortSignal.timeout(AUTH_TIMEOUT_MS) },
  });
  interface Recipient {
    email: string;
    emailVerified: boolean;
    name: string;
  }
  const mail = (template: "reset" | "changed", user: Recipient, url: string, request?: Request) =>
    queueMail(env, {
      to: user.email,
      name: user.emailVerified ? user.name : null,
      language: languageOf(request?.headers),
      template,
      url,
    });
  const cookie = sessionCookie(env);
  const signInUrl = `${env.PUBLIC_URL}/sign-in`;

  return betterAuth({
    baseURL: env.PUBLIC_URL,
    basePath: "/api/auth",
    secret: env.AUTH_SECRET,
    // The same-origin check of middleware/guards.ts has already compared Origin with the request's host.
    trustedOrigins: (request) => [env.PUBLIC_URL, ...(request ? [new URL(request.url).origin] : [])],
    database: withoutValuesInErrors(
      drizzleAdapter(drizzle(database), {
        provider: "pg",
        schema: { user: users, account: authAccounts, session: sessions, verification: verifications },
      }),
    ),
    // The database has only digests of the tokens in links: whoever reads it cannot open a link.
    verification: { storeIdentifier: "hashed" },
    user: {
      additionalFields: {
        handle: { type: "string", required: true, returned: false },
        birthDate: { type: "string", required: true, returned: false },
      },
    },
    session: { expiresIn: SESSION_S, updateAge: SESSION_RENEW_S, cookieCache: { enabled: false } },
    emailAndPassword: {
      enabled: true,
      // Plaza's own: sign-ups.service.ts.
      disableSignUp: true,
      requireEmailVerification: true,
      minPasswordLength: PASSWORD_MIN_CHARS,
      maxPasswordLength: PASSWORD_MAX_CHARS,
      resetPasswordTokenExpiresIn: LINK_S,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token }, request) =>
        void (await mail("reset", user, `${env.PUBLIC_URL}/reset-password#token=${token}`, request)),
      // Not awaited: better-auth ends the old sessions after this, which must not depend on the mail.
      onPasswordReset: async ({ user }, request) => defer(mail("changed", user, signInUrl, request)),
    },
    // auth.route.ts limits every client by AUTH_LIMITER; better-auth's own counter is in the memory of one
    // isolate.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      // The library would add the prefix __Secure- itself.
      useSecureCookies: false,
      defaultCookieAttributes: {
        sameSite: "lax",
        httpOnly: true,
        path: "/",
        secure: cookie.attributes.secure,
      },
      cookies: { session_token: { name: cookie.name } },
      database: { generateId: () => uuidv7() },
      ipAddress: { ipAddressHeaders: ["cf-connecting-ip"] },
      backgroundTasks: { handler: defer },
    },
    hooks: {
      before: createAuthMiddleware(async (ctx) => {
        // Changing the password always ends the other sessions, whatever the request says.
        return ctx.path === "/change-password"
          ? { context: { body: { ...ctx.body, revokeOtherSessions: true } } }
          : undefined;
      }),
      after: createAuthMiddleware(async (ctx) => {
        const changed = ctx.path === "/change-password" ? ctx.context.newSession : null;
        if (changed) defer(mail("changed", changed.user, signInUrl, ctx.request));
      }),
    },
    // Thrown errors reach workers/middleware/errors.ts, which logs them.
    onAPIError: { throw: true },
    logger: {
      level: "error",
      log: (level, message) => console.error(JSON.stringify({ where: "better-auth", level, message })),
    },
    telemetry: { enabled: false },
  });
}

/**
 * Refuses a new password that is easy to guess, before better-auth uses up the link. Whether the link or the
 * session is valid, and whether the length is allowed, is left to better-auth. Returns the address of the
 * link's or session's account, if there is one.
 * @throws APIError PASSWORD_TOO_COMMON
 */
export async function checkNewPassword(
  env: Env,
  newPassword: unknown,
  proof: { resetToken: unknown; sessionToken: string | null },
): Promise<string | null> {
  if (typeof newPassword !== "string" || newPassword.length < PASSWORD_MIN_CHARS) return null;
  if (newPassword.length > PASSWORD_MAX_CHARS) return null;
  const identifier = typeof proof.resetToken === "string" ? await resetIdentifier(proof.resetToken) : null;
  const [[owner]] = await authDatabase(env).asService([findPasswordOwner(identifier, proof.sessionToken)]);
  if (owner) await requireStrongPassword(newPassword, owner);
  return owner?.email ?? null;
}

/** Ends the session of this token. @throws DatabaseUnavailable; better-auth would report success then */
export async function endSession(env: Env, token: string): Promise<void> {
  await authDatabase(env).asService([deleteSession(token)]);
}

/**
 * Counts a mail to reset the password of this address that this client asks for.
 * @throws ApiError RATE_LIMITED, for known and unknown addresses alike
 */
export async function countResetMail(env: Env, email: string, client: string): Promise<void> {
  const [[taken]] = await authDatabase(env).asService([takeResetMail(await sha256(email), client)]);
  if (taken && taken.wait > 0) throw new ApiError("RATE_LIMITED", { retryAfterS: taken.wait });
}

/**
 * Counts an attempt to sign in, and afterwards its success. Why clients and not accounts are made to wait:
 * docs/decisions/2026-11-28-account-ownership.md.
 * @throws ApiError RATE_LIMITED, for known and unknown addresses alike
 */
export async function countSignIn(env: Env, email: string, client: string): Promise<() => Promise<void>> {
  const address = await sha256(email);
  const [[taken]] = await authDatabase(env).asService([takeSignIn(address, client)]);
  if (taken && taken.wait > 0) throw new ApiError("RATE_LIMITED", { retryAfterS: taken.wait });
  return () => endWaits(env, email, client);
}

/** Ends the waits of this client at this address, after a sign-in or a reset of the password. */
export async function endWaits(env: Env, email: string, client: string): Promise<void> {
  await authDatabase(env).asService([signInSucceeded(await sha256(email), client)]);
}

/** The identifier of a reset token in `verifications`: better-auth's `hashed`, base64url without padding. */
async function resetIdentifier(token: string): Promise<string> {
  const digest = await sha256(`reset-password:${token}`);
  return digest.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
