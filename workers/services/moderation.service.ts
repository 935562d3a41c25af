/** What moderators do: suspend accounts. Postgres checks the capability in the same round trip. */
import { selectSuspension } from "../../db/reads/moderation.reads.ts";
import type { Suspension } from "../../db/views/suspension.view.ts";
import * as writes from "../../db/writes/moderation.writes.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { only } from "./pages.rules.ts";

/** @throws ApiError FORBIDDEN for a viewer who is not a moderator, NOT_FOUND */
export async function readSuspension(ctx: ServiceContext, handle: string): Promise<Suspension> {
  const { results } = await ctx.db.asViewer(requireToken(ctx), [selectSuspension(handle)]);
  return only(results[0]).view;
}

/**
 * Suspends an account or ends its suspension. The response waits until the account's room has closed the sockets, so
 * that a moderator who sees it knows that the account can do nothing any more (R9).
 * @throws ApiError FORBIDDEN for a viewer who is not a moderator and for the account of another one, CONFLICT for the
 *   viewer's own account, NOT_FOUND
 */
export async function setSuspension(
  ctx: ServiceContext,
  handle: string,
  { isSuspended, reason }: { isSuspended: boolean; reason: string },
): Promise<Suspension> {
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    writes.setSuspension(handle, isSuspended, reason),
    selectSuspension(handle),
  ]);
  await ctx.deliverAndWait(outbox);
  return only(views);
}
