/**
 * Who may open a socket in a room. For a post, session, state and hidden authors are read in one round trip.
 */
import { selectPostAudience, selectPostState } from "../../db/reads/posts.reads.ts";
import { connectConversation, connectPost, connectUser } from "../../party/gateway/connect.ts";
import type { ServiceContext } from "../context.ts";
import { callRoom, refuse } from "../room-rpc.ts";
import { only } from "./pages.rules.ts";
import { requireOpenPost } from "./posts.rules.ts";
import { identify } from "./sessions.service.ts";

/** The account's own room, which every device of the account connects to. */
export async function openUserSocket(ctx: ServiceContext, request: Request): Promise<Response> {
  return connectUser(request, ctx.env, await identify(ctx));
}

/** A post's room, open to everyone who may see the post, signed in or not. */
export async function openPostSocket(
  ctx: ServiceContext,
  request: Request,
  postId: string,
): Promise<Response> {
  const { results, viewer } = await ctx.db.asViewer(ctx.token, [
    selectPostState(postId),
    selectPostAudience(postId),
  ]);
  requireOpenPost(results[0]);
  const audience = only(results[1]);
  return connectPost(request, ctx.env, {
    postId,
    authorId: audience.author_id,
    viewer,
    hidden: audience.hidden_ids,
  });
}

/** A conversation's room, open to its members; the room stores who they are. */
export async function openConversationSocket(
  ctx: ServiceContext,
  request: Request,
  conversationId: string,
): Promise<Response> {
  const identity = await identify(ctx);
  const response = await callRoom(connectConversation(request, ctx.env, { ...identity, conversationId }));
  if (response.status === 101) return response;
  return refuse({ ok: false, code: response.status === 404 ? "NOT_FOUND" : "UNAVAILABLE" });
}
