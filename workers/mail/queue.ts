/** Puts mails into the queue. */
import { uuidv7 } from "uuidv7";
import type { Env } from "../env.ts";
import type { MailJob } from "./mail.job.ts";

export type MailLanguage = MailJob["language"];

/** The language of a mail: the first one of Accept-Language if Plaza has it. */
export const languageOf = (headers: Headers | undefined): MailLanguage =>
  headers?.get("Accept-Language")?.trim().toLowerCase().startsWith("lt") ? "lt" : "en";

export async function queueMail(env: Env, mail: Omit<MailJob, "id">): Promise<void> {
  await env.MAIL.send({ id: uuidv7(), ...mail });
}
