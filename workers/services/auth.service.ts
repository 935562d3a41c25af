/**
 * Accounts by better-auth: e-mail and password, links by mail, sessions in Postgres. It works as plaza_service; what
 * viewers read goes through app.enter() and never through here.
 */

import { neon, neonConfig } from "@neondatabase/serverless";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import { drizzle } from "drizzle-orm/neon-http";
import { uuidv7 } from "uuidv7";
import { z } from "zod";
import { createDatabase } from "../../db/client/client.ts";
import { authAccounts, sessions, users, verifications } from "../../db/schema/accounts.ts";
import { holdHandle, releaseHandle } from "../../db/writes/accounts.writes.ts";
import type { Env } from "../env.ts";
import { PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS } from "../limits.ts";
import type { MailJob } from "../mail/mail.job.ts";
import { COOKIE_PREFIX } from "../middleware/session.ts";
import { signUpSchema } from "./accounts.rules.ts";

const SESSION_S = 30 * 24 * 3600;
const SESSION_RENEW_S = 24 * 3600;
const LINK_S = 3600;
/** For all that one request of the library asks of Postgres together. */
const AUTH_TIMEOUT_MS = 10_000;

/** The language a mail is written in: the browser's first wish, as far as Plaza speaks it. */
const languageOf = (request: Request | undefined): MailJob["language"] =>
  request?.headers.get("Accept-Language")?.trim().toLowerCase().startsWith("lt") ? "lt" : "en";

type Adapter = ReturnType<typeof drizzleAdapter>;
type NewRow<T> = { model: string; data: Omit<T, "id"> };
const uniqueViolation = z.object({ code: z.literal("23505") });

/**
 * The library looks for an address before it stores it. One that another sign-up stored in between is told as it tells a
 * known address (its 403 becomes that answer): a failure would say that the address was free a moment ago.
 */
function tellingTakenAsKnown(adapter: Adapter): Adapter {
  return (options) => {
    const inner = adapter(options);
    const refuse = (error: unknown): never => {
      const isTaken = [error, Object(error).cause].some((each) => uniqueViolation.safeParse(each).success);
      throw isTaken ? new APIError("FORBIDDEN") : error;
    };
    const told: typeof inner = {
      ...inner,
      create: <T extends object, R = T>(data: NewRow<T>) => inner.create<T, R>(data).catch(refuse),
      // The library begins none here; it only asks for the adapter to use.
      transaction: (work) => work(told),
    };
    return told;
  };
}

/** What is used of the sign-in library: requests in, responses out. */
export interface AuthHandler {
  handler(request: Request): Promise<Response>;
}

/** The sign-in library, set up for one request. */
export function createAuth(env: Env, defer: (work: Promise<unknown>) => void): AuthHandler {
  if (env.NEON_ENDPOINT) {
    const endpoint = env.NEON_ENDPOINT;
    neonConfig.fetchEndpoint = () => endpoint;
  }
  const database = neon(env.DATABASE_SERVICE_URL, {
    fetchOptions: { signal: AbortSignal.timeout(AUTH_TIMEOUT_MS) },
  });
  const queueMail = (
    template: MailJob["template"],
    user: { email: string; name: string },
    url: string,
    request?: Request,
  ) =>
    env.MAIL.send({
      id: uuidv7(),
      to: user.email,
      name: user.name,
      language: languageOf(request),
      template,
      url,
    });

  return betterAuth({
    baseURL: env.PUBLIC_URL,
    basePath: "/api/auth",
    secret: env.AUTH_SECRET,
    // The guards of app.ts have already compared Origin with the host that was asked.
    trustedOrigins: (request) => [env.PUBLIC_URL, ...(request ? [new URL(request.url).origin] : [])],
    database: tellingTakenAsKnown(
      drizzleAdapter(drizzle(database), {
        provider: "pg",
        schema: { user: users, account: authAccounts, session: sessions, verification: verifications },
      }),
    ),
    user: {
      additionalFields: {
        handle: { type: "string", required: true, returned: false },
        birthDate: { type: "string", required: true, returned: false },
      },
    },
    session: { expiresIn: SESSION_S, updateAge: SESSION_RENEW_S, cookieCache: { enabled: false } },
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      minPasswordLength: PASSWORD_MIN_CHARS,
      maxPasswordLength: PASSWORD_MAX_CHARS,
      resetPasswordTokenExpiresIn: LINK_S,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, url }, request) =>
        void (await queueMail("reset", user, url, request)),
      // Not awaited: the library ends the old sessions after this, and must whatever becomes of the mail.
      onPasswordReset: async ({ user }, request) =>
        defer(queueMail("changed", user, `${env.PUBLIC_URL}/sign-in`, request)),
      // The same answer as for a new address; the owner of the address learns what happened by mail.
      onExistingUserSignUp: async ({ user }, request) =>
        void (await queueMail("already", user, `${env.PUBLIC_URL}/sign-in`, request)),
    },
    emailVerification: {
      sendOnSignUp: true,
      autoSignInAfterVerification: true,
      expiresIn: LINK_S,
      sendVerificationEmail: async ({ user, url }, request) =>
        void (await queueMail("verify", user, url, request)),
    },
    // Every address is limited at the door (AUTH_LIMITER); the library's own counter lives in one isolate's memory.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: env.PUBLIC_URL.startsWith("https:"),
      defaultCookieAttributes: { sameSite: "lax", httpOnly: true, path: "/" },
      database: { generateId: () => uuidv7() },
      ipAddress: { ipAddressHeaders: ["cf-connecting-ip"] },
      backgroundTasks: { handler: defer },
    },
    hooks: {
      before: createAuthMiddleware(async (ctx) => {
        // Whoever knew the old password is out, whether the page asked for that or not.
        if (ctx.path === "/change-password")
          return { context: { body: { ...ctx.body, revokeOtherSessions: true } } };
        if (ctx.path !== "/sign-up/email") return;
        const parsed = signUpSchema.safeParse(ctx.body);
        if (!parsed.success) {
          const fields = Object.fromEntries(
            parsed.error.issues.map((issue) => [issue.path.join(".") || "body", issue.message]),
          );
          throw new APIError("BAD_REQUEST", {
            code: "VALIDATION_FAILED",
            message: "Some of what was sent is not valid.",
            fields,
          });
        }
        // Checked and held before the address is looked at, so that neither this answer nor the handle's being free
        // afterwards depends on whether the address is known.
        const db = createDatabase({
          url: env.DATABASE_URL,
          serviceUrl: env.DATABASE_SERVICE_URL,
          endpoint: env.NEON_ENDPOINT,
        });
        const [, held] = await db.asService([
          releaseHandle(parsed.data.handle),
          holdHandle(parsed.data.handle),
        ]);
        if (held.length === 0)
          throw new APIError("CONFLICT", { code: "HANDLE_TAKEN", message: "That handle is taken." });
        return { context: { body: parsed.data } };
      }),
      after: createAuthMiddleware(async (ctx) => {
        const changed = ctx.path === "/change-password" ? ctx.context.newSession : null;
        if (changed) defer(queueMail("changed", changed.user, `${env.PUBLIC_URL}/sign-in`, ctx.request));
      }),
    },
    logger: { level: "error" },
    telemetry: { enabled: false },
  });
}
