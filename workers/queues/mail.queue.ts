/**
 * Sends queued mails. Each message is acknowledged or retried by itself, so one failure does not repeat the
 * batch.
 */
import { z } from "zod";
import type { Env } from "../env.ts";
import { mailJobSchema } from "../mail/mail.job.ts";
import { mailPort } from "../mail/ports.ts";
import { renderMail } from "../mail/templates.ts";

const RETRY_DELAY_S = 30;

export async function consumeMail(batch: MessageBatch<unknown>, env: Env): Promise<void> {
  const port = mailPort(env);
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        await port.send(renderMail(mailJobSchema.parse(message.body)));
        message.ack();
      } catch (error) {
        console.error(
          JSON.stringify({
            level: "error",
            what: "mail",
            // A job that is not valid would be quoted with its address.
            message: error instanceof z.ZodError ? "The job is not valid." : String(error),
            attempts: message.attempts,
          }),
        );
        message.retry({ delaySeconds: RETRY_DELAY_S * message.attempts });
      }
    }),
  );
}
