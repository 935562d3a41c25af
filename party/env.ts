/** The environment of rooms and of outbox delivery. The Worker's own Env extends it. */
import type {
  ConversationRoomRpc,
  NearbyRoomRpc,
  OutboxRoomRpc,
  PostRoomRpc,
  PresenceRoomRpc,
  UserRoomRpc,
} from "./rpc.ts";

type RoomNamespace<Room> = DurableObjectNamespace<Room & Rpc.DurableObjectBranded>;

interface RoomBindings {
  UserRoom: RoomNamespace<UserRoomRpc>;
  PostRoom: RoomNamespace<PostRoomRpc>;
  ConversationRoom: RoomNamespace<ConversationRoomRpc>;
  PresenceRoom: RoomNamespace<PresenceRoomRpc>;
  NearbyRoom: RoomNamespace<NearbyRoomRpc>;
  OutboxRoom: RoomNamespace<OutboxRoomRpc>;
}

/**
 * `wrangler types` types each binding by its room's class. Here it is typed by the room's RPC interface, so that this file
 * imports no room. The class implements the interface, so that `Cloudflare.Env` is assignable to this type.
 */
export interface PartyEnv extends Omit<Cloudflare.Env, keyof RoomBindings>, RoomBindings {
  /** Connection string of Postgres for the role plaza_service. */
  DATABASE_SERVICE_URL: string;
  /** Address of the Neon proxy on a laptop; absent in production. */
  NEON_ENDPOINT?: string;
}
