/** The two implementations of MailPort: Resend's HTTP API, and the development mailbox in KV. */
import { z } from "zod";
import type { Env } from "../env.ts";
import { MAILBOX_PAGE, MAILBOX_TTL_S } from "../limits.ts";
import type { MailPort } from "./mail.job.ts";

const RESEND_URL = "https://api.resend.com/emails";
const RESEND_TIMEOUT_MS = 10_000;

/**
 * Source: resend.com/docs/api-reference/emails/send-email. The Idempotency-Key keeps a redelivered job one
 * mail.
 */
const resend = (apiKey: string, from: string): MailPort => ({
  async send(mail) {
    const response = await fetch(RESEND_URL, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${apiKey}`,
        "Content-Type": "application/json",
        "Idempotency-Key": mail.id,
      },
      body: JSON.stringify({ from, to: [mail.to], subject: mail.subject, text: mail.text, html: mail.html }),
      signal: AbortSignal.timeout(RESEND_TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`Resend answered ${response.status}`);
  },
});

const MAILBOX_PREFIX = "mailbox:";
export const storedMailSchema = z.object({
  id: z.uuid(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  at: z.string(),
});
export type StoredMail = z.infer<typeof storedMailSchema>;

const mailbox = (kv: KVNamespace): MailPort => ({
  async send(mail) {
    const stored: StoredMail = { ...mail, at: new Date().toISOString() };
    await kv.put(`${MAILBOX_PREFIX}${mail.id}`, JSON.stringify(stored), { expirationTtl: MAILBOX_TTL_S });
  },
});

/** Whether mails go to the development mailbox: a Resend key wins over DEV_MAILBOX. */
export const isMailbox = (env: Env): boolean => env.DEV_MAILBOX === "1" && !env.RESEND_API_KEY;

/** @throws when the Worker has neither a Resend key nor the development mailbox */
export function mailPort(env: Env): MailPort {
  if (env.RESEND_API_KEY) return resend(env.RESEND_API_KEY, env.MAIL_FROM);
  if (isMailbox(env)) return mailbox(env.CACHE);
  throw new Error("No way to send mail: set RESEND_API_KEY");
}

/** The newest mails of the development mailbox, newest first. Ids are UUIDv7, so they sort by time. */
export async function readMailbox(kv: KVNamespace): Promise<StoredMail[]> {
  const { keys } = await kv.list({ prefix: MAILBOX_PREFIX });
  const newest = keys
    .map((key) => key.name)
    .sort()
    .reverse()
    .slice(0, MAILBOX_PAGE);
  const mails = await Promise.all(newest.map((name) => kv.get(name, "json")));
  return mails.flatMap((mail) => (mail === null ? [] : [storedMailSchema.parse(mail)]));
}
