/**
 * Who asks, without asking Postgres when the account's own room has seen this session proved before. The browser names
 * the account (`?account=` on sockets, X-Plaza-Account elsewhere); the name grants nothing, it only says which room to ask:
 * a room recognises none but its own account's tokens, and forgets them in the moment a session ends. A session that turns
 * out to be another account's is refused: the page that asks still believes that somebody else is signed in, and what it
 * sends must not be said by whoever is now.
 */
import type { ResultsOf, Statement } from "../../db/client/client.ts";
import { userRoom } from "../../party/stubs.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { digest } from "../digest.ts";
import { ApiError } from "../errors.ts";

export interface Identity {
  userId: string;
  sessionId: string;
}

/**
 * The owner of the request's session, in no round trip to Postgres when it is known, else in one.
 * @throws ApiError UNAUTHENTICATED without a cookie, SESSION_EXPIRED when it is not the named account's; Refused
 *   SESSION_EXPIRED; DatabaseUnavailable
 */
export async function identify(ctx: ServiceContext): Promise<Identity> {
  return (await identifyReading(ctx, [])).identity;
}

/** The same; when it takes a trip anyway, `statements` go along. Their results are null when it took none. */
export async function identifyReading<const S extends readonly Statement<unknown>[]>(
  ctx: ServiceContext,
  statements: S,
): Promise<{ identity: Identity; results: ResultsOf<S> | null }> {
  const token = requireToken(ctx);
  // A room keeps no token: whoever reads its storage cannot sign in with what is there.
  const tokenHash = await digest(token);
  const known = ctx.account === null ? null : await recognise(ctx, ctx.account, tokenHash);
  if (known) return { identity: known, results: null };
  const { viewer, results } = await ctx.db.asViewer(token, statements);
  if (!viewer) throw new ApiError("UNAUTHENTICATED");
  const { userId, sessionId, expiresAt } = viewer;
  if (ctx.account !== null && ctx.account !== userId) throw new ApiError("SESSION_EXPIRED");
  ctx.defer(remember(ctx, tokenHash, viewer.userId, sessionId, expiresAt));
  return { identity: { userId, sessionId }, results };
}

async function recognise(ctx: ServiceContext, userId: string, tokenHash: string): Promise<Identity | null> {
  try {
    const sessionId = await userRoom(ctx.env, userId).findVerifiedSession(tokenHash);
    return sessionId === null ? null : { userId, sessionId };
  } catch (error) {
    // Postgres can tell as well; only slower.
    console.error(JSON.stringify({ where: "recognise", error: String(error) }));
    return null;
  }
}

async function remember(
  ctx: ServiceContext,
  tokenHash: string,
  userId: string,
  sessionId: string,
  expiresAt: number,
): Promise<void> {
  try {
    await userRoom(ctx.env, userId).storeVerifiedSession(tokenHash, sessionId, expiresAt);
  } catch (error) {
    console.error(JSON.stringify({ where: "remember", error: String(error) }));
  }
}
