/**
 * Who sends the request. The account's UserRoom stores the sessions that Postgres has verified, so that most
 * requests need no round trip for it. The browser names its account (`?account=` on sockets, X-Plaza-Account
 * elsewhere). The name grants nothing; it only selects the room to ask: a room finds only sessions of its own
 * account, and deletes a session when it ends. A session of another account is refused: the page still shows
 * the account it names, and must not write as the account that the cookie now belongs to.
 */
import type { ResultsOf, Statement } from "../../db/client/client.ts";
import { userRoom } from "../../party/stubs.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { sha256 } from "../sha256.ts";

export interface Identity {
  userId: string;
  sessionId: string;
}

/**
 * The owner of the request's session: no round trip to Postgres when the UserRoom has it, else one.
 * @throws ApiError UNAUTHENTICATED without a cookie, SESSION_EXPIRED when it is not the named account's;
 *   Refused
 *   SESSION_EXPIRED; DatabaseUnavailable
 */
export async function identify(ctx: ServiceContext): Promise<Identity> {
  return (await identifyAnd(ctx, [])).identity;
}

/** The same. If it needs the round trip, `statements` go with it; else `results` is null. */
export async function identifyAnd<const S extends readonly Statement<unknown>[]>(
  ctx: ServiceContext,
  statements: S,
): Promise<{ identity: Identity; results: ResultsOf<S> | null }> {
  const token = requireToken(ctx);
  // Rooms store the digest only: whoever reads their storage cannot sign in with it.
  const tokenHash = await sha256(token);
  const verified = ctx.account === null ? null : await findVerifiedSession(ctx, ctx.account, tokenHash);
  if (verified) return { identity: verified, results: null };
  const { viewer, results } = await ctx.db.asViewer(token, statements);
  if (!viewer) throw new ApiError("UNAUTHENTICATED");
  const { userId, sessionId, expiresAt } = viewer;
  if (ctx.account !== null && ctx.account !== userId) throw new ApiError("SESSION_EXPIRED");
  ctx.defer(storeVerifiedSession(ctx, tokenHash, { userId, sessionId }, expiresAt));
  return { identity: { userId, sessionId }, results };
}

async function findVerifiedSession(
  { env }: ServiceContext,
  userId: string,
  tokenHash: string,
): Promise<Identity | null> {
  try {
    const sessionId = await userRoom(env, userId).findVerifiedSession(tokenHash);
    return sessionId === null ? null : { userId, sessionId };
  } catch (error) {
    // Postgres verifies the session instead.
    console.error(JSON.stringify({ where: "findVerifiedSession", error: String(error) }));
    return null;
  }
}

async function storeVerifiedSession(
  { env }: ServiceContext,
  tokenHash: string,
  { userId, sessionId }: Identity,
  expiresAt: number,
): Promise<void> {
  try {
    await userRoom(env, userId).storeVerifiedSession(tokenHash, sessionId, expiresAt);
  } catch (error) {
    console.error(JSON.stringify({ where: "storeVerifiedSession", error: String(error) }));
  }
}
