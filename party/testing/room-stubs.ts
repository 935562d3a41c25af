/** Stubs of started rooms, typed by the rooms' classes, so that tests can use their fields in `runInDurableObject`. */
import { env } from "cloudflare:workers";
import type { Server } from "partyserver";
import type { PartyEnv } from "../env.ts";
import type { OutboxRoom } from "../outbox/outbox.room.ts";
import type { ConversationRoom } from "../rooms/conversation/conversation.room.ts";
import type { NearbyRoom } from "../rooms/nearby/nearby.room.ts";
import type { PostRoom } from "../rooms/post/post.room.ts";
import type { PresenceRoom } from "../rooms/presence/presence.room.ts";
import type { UserRoom } from "../rooms/user/user.room.ts";
import * as stubs from "../stubs.ts";

export const partyEnv = env as unknown as PartyEnv;

export const startedUserRoom = (userId: string) => started<UserRoom>(stubs.userRoom(partyEnv, userId));
export const startedPostRoom = (postId: string) => started<PostRoom>(stubs.postRoom(partyEnv, postId));
export const startedConversationRoom = (conversationId: string) =>
  started<ConversationRoom>(stubs.conversationRoom(partyEnv, conversationId));
/** The shard of this person. */
export const startedPresenceRoom = (userId: string) =>
  started<PresenceRoom>(stubs.presenceRoom(partyEnv, userId));
export const startedNearbyRoom = (cell: string) => started<NearbyRoom>(stubs.nearbyRoom(partyEnv, cell));
export const startedOutboxRoom = (shard?: string) => started<OutboxRoom>(stubs.outboxRoom(partyEnv, shard));

/** Runs the room's `onStart`, which `runInDurableObject` does not do. */
async function started<Room extends Server>(untyped: unknown): Promise<DurableObjectStub<Room>> {
  const stub = untyped as DurableObjectStub<Room>;
  await (stub as unknown as DurableObjectStub<Server>).setName(stub.name ?? "");
  return stub;
}
