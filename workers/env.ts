/** What the Worker is given: bindings by wrangler.toml, secrets by the operator or the laptop's rig. */
import type { PartyEnv } from "../party/env.ts";
import type { MailJob } from "./mail/mail.job.ts";

export interface Env extends PartyEnv {
  CACHE: KVNamespace;
  MAIL: Queue<MailJob>;
  WRITE_LIMITER: RateLimit;
  AUTH_LIMITER: RateLimit;
  READ_LIMITER: RateLimit;
  ADDRESS_LIMITER: RateLimit;
  ASSETS: Fetcher;
  /** Postgres as the role that serves viewers. */
  DATABASE_URL: string;
  /** Signs session cookies and links in mails; at least 32 random characters. */
  AUTH_SECRET: string;
  /** The one origin Plaza answers on, e.g. https://plaza.example. */
  PUBLIC_URL: string;
  /** Sender of mails, e.g. `Plaza <hello@plaza.example>`. */
  MAIL_FROM: string;
  /** Mails go out by Resend when this is set. */
  RESEND_API_KEY?: string;
  /** "1" on a laptop: mails land in the mailbox page instead. */
  DEV_MAILBOX?: string;
}
