/** The bindings that rooms and delivery use; the Worker's own Env extends it. */
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
 * `wrangler types` types the bindings by the room classes; here they are typed by what the rooms can be asked, so that
 * no import leads from here to a room. The classes implement these interfaces: the one type is assignable to the other.
 */
export interface PartyEnv extends Omit<Cloudflare.Env, keyof RoomBindings>, RoomBindings {
  /** Postgres as the role that drains the outbox. */
  DATABASE_SERVICE_URL: string;
  /** Address of the Neon proxy on a laptop; absent in production. */
  NEON_ENDPOINT?: string;
}
