/** One shard of who is online, and who may see it. */
import { Server } from "partyserver";
import type { PartyEnv } from "../env.ts";

export class PresenceRoom extends Server<PartyEnv> {
  override onRequest(): Response {
    return new Response(null, { status: 404 });
  }
}
