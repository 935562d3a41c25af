/** Letting people into rooms: the session, the post's audience and the block list are asked for in one trip. */
import { selectPostAudience, selectPostState } from "../../db/reads/posts.reads.ts";
import { connectConversation, connectPost, connectUser } from "../../party/gateway/connect.ts";
import { parsePosition } from "../../party/protocol/position.ts";
import type { ServiceContext } from "../context.ts";
import { identify } from "./identity.service.ts";
import { only } from "./page.ts";
import { requireOpenState } from "./posts.service.ts";
import { askRoom, refuse, userRoom } from "./rooms.ts";

/** The account's own room: every device's socket. */
export async function openAccountSocket(ctx: ServiceContext, request: Request): Promise<Response> {
  return connectUser(request, ctx.env, await identify(ctx));
}

/** A post's room, open to whoever may see the post, signed in or not. */
export async function openPostSocket(
  ctx: ServiceContext,
  request: Request,
  postId: string,
): Promise<Response> {
  const { results, viewer } = await ctx.db.asViewer(ctx.token, [
    selectPostState(postId),
    selectPostAudience(postId),
  ]);
  requireOpenState(results[0]);
  const audience = only(results[1]);
  return connectPost(request, ctx.env, {
    postId,
    authorId: audience.author_id,
    viewer,
    hidden: audience.hidden_ids,
  });
}

/** A conversation's room, open to whoever is in it. The room itself knows who that is. */
export async function openConversationSocket(
  ctx: ServiceContext,
  request: Request,
  conversationId: string,
): Promise<Response> {
  const identity = await identify(ctx);
  const response = await askRoom(connectConversation(request, ctx.env, { ...identity, conversationId }));
  if (response.status === 101) return response;
  return refuse({ ok: false, code: response.status === 404 ? "NOT_FOUND" : "UNAVAILABLE" });
}

/** The third view of the account's log, for those whose network takes no sockets. */
export async function pollEvents(ctx: ServiceContext, after: string | undefined) {
  const { userId } = await identify(ctx);
  return await askRoom(userRoom(ctx, userId).eventsAfter(after === undefined ? null : parsePosition(after)));
}
