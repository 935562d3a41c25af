/** One geohash cell: who shares being in it, until when. */
import { Server } from "partyserver";
import type { PartyEnv } from "../env.ts";

export class NearbyRoom extends Server<PartyEnv> {
  override onRequest(): Response {
    return new Response(null, { status: 404 });
  }
}
