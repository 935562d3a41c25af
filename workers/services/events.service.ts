/** The account's event log by polling, for networks that let no WebSocket through. */
import { parsePosition } from "../../party/protocol/position.ts";
import { userRoom } from "../../party/stubs.ts";
import type { ServiceContext } from "../context.ts";
import { callRoom } from "../room-rpc.ts";
import { identify } from "./sessions.service.ts";

/** @param after the position `<epoch>:<seq>` of the last event received */
export async function pollEvents(ctx: ServiceContext, after: string | undefined) {
  const { userId } = await identify(ctx);
  const position = after === undefined ? null : parsePosition(after);
  return await callRoom(userRoom(ctx.env, userId).eventsAfter(position));
}
