/** The message of the mail queue. */
import { z } from "zod";

export const mailJobSchema = z.object({
  /** Made by the producer: a redelivered job has the same id and is sent once. */
  id: z.uuid(),
  to: z.email(),
  language: z.enum(["en", "lt"]),
  template: z.enum(["verify", "reset", "already", "changed"]),
  /** For the greeting; null when the address is not confirmed: whoever typed it chose the name. */
  name: z.string().nullable(),
  /** The link behind the mail's button. */
  url: z.url(),
});
export type MailJob = z.infer<typeof mailJobSchema>;

export interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** Sends mails: by Resend in production, to the mailbox page in development. */
export interface MailPort {
  /** @throws when the mail was not accepted; the queue retries it, then moves it to the dead letter queue. */
  send(mail: Mail): Promise<void>;
}
