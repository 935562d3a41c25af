/** Reads the development mailbox. */
import type { ServiceContext } from "../context.ts";
import type { Env } from "../env.ts";
import { ApiError } from "../errors.ts";
import { isMailbox, readMailbox, type StoredMail } from "../mail/ports.ts";

/** @throws ApiError NOT_FOUND when mails are really sent */
export async function listMails({ env }: ServiceContext): Promise<StoredMail[]> {
  requireMailbox(env);
  return await readMailbox(env.CACHE);
}

/** @throws ApiError NOT_FOUND when mails are really sent, or there is no such mail */
export async function findMail(ctx: ServiceContext, id: string): Promise<StoredMail> {
  const mail = (await listMails(ctx)).find((each) => each.id === id);
  if (!mail) throw new ApiError("NOT_FOUND");
  return mail;
}

function requireMailbox(env: Env): void {
  if (!isMailbox(env)) throw new ApiError("NOT_FOUND");
}
