/** The Worker's bindings (wrangler.toml) and secrets (from the operator, or from the dev stack). */
import type { PartyEnv } from "../party/env.ts";
import type { MailJob } from "./mail/mail.job.ts";

export interface Env extends PartyEnv {
  CACHE: KVNamespace;
  MAIL: Queue<MailJob>;
  WRITE_LIMITER: RateLimit;
  AUTH_LIMITER: RateLimit;
  SIGN_IN_LIMITER: RateLimit;
  READ_LIMITER: RateLimit;
  ADDRESS_LIMITER: RateLimit;
  ASSETS: Fetcher;
  /** Postgres as the role that serves viewers. */
  DATABASE_URL: string;
  /** Signs session cookies and links in mails; at least 32 random characters. */
  AUTH_SECRET: string;
  /** Plaza's only public origin, e.g. https://plaza.example. */
  PUBLIC_URL: string;
  /** Sender of mails, e.g. `Plaza <hello@plaza.example>`. */
  MAIL_FROM: string;
  /** When set, mails are sent by Resend. */
  RESEND_API_KEY?: string;
  /** "1" in development: mails go to the mailbox page instead. */
  DEV_MAILBOX?: string;
}
