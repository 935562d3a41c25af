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
import { z } from "zod";
import { createDatabase } from "../../db/client/client.ts";
import { authAccounts, sessions, users, verifications } from "../../db/schema/accounts.ts";
import { releaseHandle, reserveHandle } from "../../db/writes/accounts.writes.ts";
import { PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS } from "../../party/protocol/limits.ts";
import type { Env } from "../env.ts";
import type { MailJob } from "../mail/mail.job.ts";
import { signUpSchema } from "./accounts.rules.ts";
import { COOKIE_PREFIX } from "./sessions.rules.ts";

const SESSION_S = 30 * 24 * 3600;
const SESSION_RENEW_S = 24 * 3600;
const LINK_S = 3600;
/** For all queries that better-auth sends to Postgres in one request. */
const AUTH_TIMEOUT_MS = 10_000;

/** The language of a mail: the first one of Accept-Language if Plaza has it. */
const languageOf = (request: Request | undefined): MailJob["language"] =>
  request?.headers.get("Accept-Language")?.trim().toLowerCase().startsWith("lt") ? "lt" : "en";

type Adapter = ReturnType<typeof drizzleAdapter>;
type NewRow<T> = { model: string; data: Omit<T, "id"> };
const uniqueViolation = z.object({ code: z.literal("23505") });

/**
 * better-auth looks an address up before it inserts it. When another sign-up inserts it in between, the
 * unique violation becomes FORBIDDEN, which better-auth answers as it answers a known address: an error would
 * reveal that the address was free a moment ago.
 */
function hidingTakenAddress(adapter: Adapter): Adapter {
  return (options) => {
    const inner = adapter(options);
    const refuse = (error: unknown): never => {
      const isTaken = [error, Object(error).cause].some((each) => uniqueViolation.safeParse(each).success);
      throw isTaken ? new APIError("FORBIDDEN") : error;
    };
    const wrapped: typeof inner = {
      ...inner,
      create: <T extends object, R = T>(data: NewRow<T>) => inner.create<T, R>(data).catch(refuse),
      // No transaction begins: the HTTP driver has none, and better-auth only needs an adapter to call.
      transaction: (work) => work(wrapped),
    };
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
    // The same-origin check of middleware/guards.ts has already compared Origin with the request's host.
    trustedOrigins: (request) => [env.PUBLIC_URL, ...(request ? [new URL(request.url).origin] : [])],
    database: hidingTakenAddress(
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
      // Not awaited: better-auth ends the old sessions after this, which must not depend on the mail.
      onPasswordReset: async ({ user }, request) =>
        defer(queueMail("changed", user, `${env.PUBLIC_URL}/sign-in`, request)),
      // The response is the same as for a new address; the owner of the address gets a mail.
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
    // auth.route.ts limits every client by AUTH_LIMITER; better-auth's own counter is in the memory of one
    // isolate.
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
        // Changing the password always ends the other sessions, whatever the request says.
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
            message: "Some fields are not valid.",
            fields,
          });
        }
        // The handle is reserved before the address is looked up, so that neither this response nor the
        // handle's availability afterwards reveals whether the address is known.
        const db = createDatabase({
          url: env.DATABASE_URL,
          serviceUrl: env.DATABASE_SERVICE_URL,
          endpoint: env.NEON_ENDPOINT,
        });
        const [, held] = await db.asService([
          releaseHandle(parsed.data.handle),
          reserveHandle(parsed.data.handle),
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
