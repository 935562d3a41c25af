/** A mail on its way: what the queue carries. */
import { z } from "zod";

export const mailJobSchema = z.object({
  /** Made once by the sender, so that a redelivered job is not a second mail. */
  id: z.uuid(),
  to: z.email(),
  language: z.enum(["en", "lt"]),
  template: z.enum(["verify", "reset", "already", "changed"]),
  name: z.string(),
  /** The link the mail is about. */
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

/** Where mails go: Resend in production, the mailbox page on a laptop. */
export interface MailPort {
  /** @throws when the mail was not taken; the queue tries again, then parks it with the dead letters. */
  send(mail: Mail): Promise<void>;
}
