/** The two ways a mail leaves: Resend's HTTP API, and the mailbox page of a laptop (kept in KV for a week). */
import { z } from "zod";
import type { Env } from "../env.ts";
import { MAILBOX_TTL_S } from "../limits.ts";
import type { MailPort } from "./mail.job.ts";

const RESEND_URL = "https://api.resend.com/emails";
const RESEND_TIMEOUT_MS = 10_000;

/** Resend (resend.com/docs/api-reference/emails/send-email); its Idempotency-Key makes a redelivered job one mail. */
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
export const keptMailSchema = z.object({
  id: z.uuid(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  at: z.string(),
});
export type KeptMail = z.infer<typeof keptMailSchema>;

const mailbox = (kv: KVNamespace): MailPort => ({
  async send(mail) {
    const kept: KeptMail = { ...mail, at: new Date().toISOString() };
    await kv.put(`${MAILBOX_PREFIX}${mail.id}`, JSON.stringify(kept), { expirationTtl: MAILBOX_TTL_S });
  },
});

/** @throws when the Worker has neither a Resend key nor the laptop's mailbox */
export function mailPort(env: Env): MailPort {
  if (env.RESEND_API_KEY) return resend(env.RESEND_API_KEY, env.MAIL_FROM);
  if (env.DEV_MAILBOX === "1") return mailbox(env.CACHE);
  throw new Error("No way to send mail: set RESEND_API_KEY");
}

/** The mailbox of a laptop, newest first. Ids are UUIDv7, so their order is the order of time. */
export async function readMailbox(kv: KVNamespace): Promise<KeptMail[]> {
  const { keys } = await kv.list({ prefix: MAILBOX_PREFIX });
  const newest = keys
    .map((key) => key.name)
    .sort()
    .reverse()
    .slice(0, 50);
  const mails = await Promise.all(newest.map((name) => kv.get(name, "json")));
  return mails.flatMap((mail) => (mail === null ? [] : [keptMailSchema.parse(mail)]));
}
