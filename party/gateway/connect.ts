/**
 * Opens sockets to rooms. The caller (`workers/routes/parties/parties.route.ts`) has checked the origin and the session; the
 * request for the room is built from nothing, so that no header or query of the client's reaches the room (partyserver would
 * take `?_pk=` as the connection's id, and that id is a tag).
 */
import type { PartyEnv } from "../env.ts";
import { positionOf } from "../protocol/position.ts";
import { conversationRoom, postRoom, userRoom } from "../stubs.ts";
import { type AccountVisitor, type PostVisitor, writeAccountVisitor, writePostVisitor } from "./visitor.ts";

/** More hidden authors than this do not fit into a header; they are sent to the room by RPC before the socket. */
export const HIDDEN_AUTHORS_IN_HEADER_MAX = 500;

/** Opens a device's socket to its account's UserRoom. 426 when the request is no WebSocket upgrade. */
export async function connectUser(
  request: Request,
  env: PartyEnv,
  identity: AccountVisitor,
): Promise<Response> {
  if (!isUpgrade(request)) return upgradeRequired();
  const forRoom = trustedRequest(request);
  writeAccountVisitor(forRoom.headers, identity);
  return await userRoom(env, identity.userId, request).fetch(forRoom);
}

/** Opens a device's socket to a ConversationRoom. The room answers 404 when the account is not a member. */
export async function connectConversation(
  request: Request,
  env: PartyEnv,
  { conversationId, ...identity }: AccountVisitor & { conversationId: string },
): Promise<Response> {
  if (!isUpgrade(request)) return upgradeRequired();
  const forRoom = trustedRequest(request);
  writeAccountVisitor(forRoom.headers, identity);
  return await conversationRoom(env, conversationId, request).fetch(forRoom);
}

/** Opens a reader's socket to a PostRoom. `hidden`: authors that this viewer must not see, blocked in either direction. */
export async function connectPost(
  request: Request,
  env: PartyEnv,
  { postId, hidden, ...visitor }: PostVisitor & { postId: string; hidden: readonly string[] },
): Promise<Response> {
  if (!isUpgrade(request)) return upgradeRequired();
  const forRoom = trustedRequest(request);
  const room = postRoom(env, postId, request);
  const fits = hidden.length <= HIDDEN_AUTHORS_IN_HEADER_MAX;
  if (!fits && visitor.viewer) await room.setHiddenAuthors(visitor.viewer.userId, [...hidden]);
  writePostVisitor(forRoom.headers, { ...visitor, hidden: fits ? [...hidden] : null });
  return await room.fetch(forRoom);
}

function trustedRequest(request: Request): Request {
  const url = new URL("https://room.internal/");
  const position = positionOf(new URL(request.url).searchParams);
  if (position) {
    url.searchParams.set("epoch", position.epoch);
    url.searchParams.set("seq", String(position.seq));
  }
  return new Request(url, { headers: { upgrade: "websocket" } });
}

function isUpgrade(request: Request): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}

function upgradeRequired(): Response {
  return new Response(null, { status: 426, headers: { upgrade: "websocket" } });
}
