/** What an operator's monitor reads. */
import { countOutbox } from "../../db/writes/outbox.writes.ts";
import type { ServiceContext } from "../context.ts";
import { only } from "./pages.rules.ts";

/** @throws DatabaseUnavailable when Postgres does not answer */
export async function checkHealth(ctx: ServiceContext) {
  const [outbox] = await ctx.db.asService([countOutbox()]);
  return { ok: true as const, outbox: only(outbox) };
}
