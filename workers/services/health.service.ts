/** What an operator's monitor reads. */
import { countOutbox } from "../../db/writes/outbox.writes.ts";
import type { ServiceContext } from "../context.ts";
import { isMailbox } from "../mail/ports.ts";
import { only } from "./pages.rules.ts";

/**
 * The outbox's figures are for development: in production anybody could read how far deliveries are behind.
 * @throws DatabaseUnavailable when Postgres does not answer
 */
export async function checkHealth(ctx: ServiceContext) {
  const [outbox] = await ctx.db.asService([countOutbox()]);
  return isMailbox(ctx.env) ? { ok: true as const, outbox: only(outbox) } : { ok: true as const };
}
