/** One conversation: its order, its words while they are fresh, who is in it. */
import { Server } from "partyserver";
import type { PartyEnv } from "../env.ts";

export class ConversationRoom extends Server<PartyEnv> {
  dropSession(viewerId: string, _sessionId: string): string[] {
    return this.connectionsOf(viewerId);
  }

  connectionsOf(viewerId: string): string[] {
    return [...this.getConnections(`viewer:${viewerId}`)].map((connection) => connection.id);
  }

  override onRequest(): Response {
    return new Response(null, { status: 404 });
  }
}
