/** One conversation: its order, its words while they are fresh, who is in it. */
import { Server } from "partyserver";
import type { PartyEnv } from "../env.ts";

export class ConversationRoom extends Server<PartyEnv> {
  override onRequest(): Response {
    return new Response(null, { status: 404 });
  }
}
