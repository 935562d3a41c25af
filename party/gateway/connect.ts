/**
 * Opens sockets to rooms. The caller (`workers/routes/parties/parties.route.ts`) has checked the origin and the session. The room
 * gets a new request without the client's headers and query. (partyserver would use the query's `_pk` as the connection's id,
 * so that a client could choose the id of another socket.)
 */
import type { PartyEnv } from "../env.ts";
import { positionOf } from "../protocol/position.ts";
import { conversationRoom, postRoom, userRoom } from "../stubs.ts";
import { type AccountVisitor, type PostVisitor, writeAccountVisitor, writePostVisitor } from "./visitor.ts";

/** More hidden authors than this do not fit into a header. They are sent to the room by RPC before the socket is opened. */
export const HIDDEN_AUTHORS_IN_HEADER_MAX = 500;

/** Opens a device's socket to its account's UserRoom. Responds 426 when the request is no WebSocket upgrade. */
export async function connectUser(
  request: Request,
  env: PartyEnv,
  visitor: AccountVisitor,
): Promise<Response> {
  if (!isUpgrade(request)) return upgradeRequired();
  const roomRequest = trustedRequest(request);
  writeAccountVisitor(roomRequest.headers, visitor);
  return await userRoom(env, visitor.userId, request).fetch(roomRequest);
}

/** Opens a device's socket to a ConversationRoom. The room responds 404 when the account is not a member. */
export async function connectConversation(
  request: Request,
  env: PartyEnv,
  { conversationId, ...visitor }: AccountVisitor & { conversationId: string },
): Promise<Response> {
  if (!isUpgrade(request)) return upgradeRequired();
  const roomRequest = trustedRequest(request);
  writeAccountVisitor(roomRequest.headers, visitor);
  return await conversationRoom(env, conversationId, request).fetch(roomRequest);
}

/** Opens a visitor's socket to a PostRoom. `hidden`: the authors that are blocked in either direction or muted. */
export async function connectPost(
  request: Request,
  env: PartyEnv,
  { postId, hidden, ...visitor }: PostVisitor & { postId: string; hidden: readonly string[] },
): Promise<Response> {
  if (!isUpgrade(request)) return upgradeRequired();
  const roomRequest = trustedRequest(request);
  const room = postRoom(env, postId, request);
  const fits = hidden.length <= HIDDEN_AUTHORS_IN_HEADER_MAX;
  if (!fits && visitor.viewer) await room.setHiddenAuthors(visitor.viewer.userId, [...hidden]);
  writePostVisitor(roomRequest.headers, { ...visitor, hidden: fits ? [...hidden] : null });
  return await room.fetch(roomRequest);
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
