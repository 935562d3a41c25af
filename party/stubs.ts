/** The stub of every room. The only file that turns a name into a Durable Object stub. */
import { z } from "zod";
import type { PartyEnv } from "./env.ts";
import { nearbyRoomName } from "./nearby-cells.ts";
import { byPresenceShard, presenceShardOf } from "./presence-shards.ts";
import type { OutboxRowReceiver, RoomTopic, SubscribableRoom } from "./rpc.ts";

/** The rooms that receive outbox rows, by the prefix of a row's topic. */
const topicRooms = {
  user: "UserRoom",
  post: "PostRoom",
  conversation: "ConversationRoom",
  presence: "PresenceRoom",
} as const;
type TopicRoom = (typeof topicRooms)[keyof typeof topicRooms];

/** Binding and name of one room. */
export interface RoomAddress {
  room: TopicRoom;
  name: string;
}

/** The one shard of the OutboxRoom. */
export const OUTBOX_SHARD = "outbox-0";

const kindSchema = z.enum(Object.keys(topicRooms) as (keyof typeof topicRooms)[]);
const topicSchema = z.templateLiteral([kindSchema, ":", z.uuid()]);

/** The room that receives a topic ("user:<uuid>", "post:<uuid>", ...), or null when the topic is malformed. */
export function roomOfTopic(topic: string): RoomAddress | null {
  if (!topicSchema.safeParse(topic).success) return null;
  const [prefix, id = ""] = topic.split(":");
  const kind = kindSchema.parse(prefix);
  return { room: topicRooms[kind], name: kind === "presence" ? presenceShardOf(id) : id };
}

/** The stub of a room that receives outbox rows. */
export const outboxRowReceiver = (
  env: PartyEnv,
  { room, name }: RoomAddress,
): Pick<OutboxRowReceiver, "deliver"> => env[room].get(env[room].idFromName(name));

/** An account's room. `from`: the request that may create the room, from which the location hint is taken. */
export const userRoom = (env: PartyEnv, userId: string, from?: Request) =>
  env.UserRoom.get(env.UserRoom.idFromName(userId), from && locationHintFor(from));

export const postRoom = (env: PartyEnv, postId: string, from?: Request) =>
  env.PostRoom.get(env.PostRoom.idFromName(postId), from && locationHintFor(from));

export const conversationRoom = (env: PartyEnv, conversationId: string, from?: Request) =>
  env.ConversationRoom.get(env.ConversationRoom.idFromName(conversationId), from && locationHintFor(from));

/** The presence shard of this name. `presenceShardOf` returns such names. */
export const presenceShard = (env: PartyEnv, shard: string) =>
  env.PresenceRoom.get(env.PresenceRoom.idFromName(shard));

/** The presence shard that stores this person. */
export const presenceRoom = (env: PartyEnv, userId: string) => presenceShard(env, presenceShardOf(userId));

/** The presence shards that store these people, each with its part of them. */
export const presenceRoomsFor = (env: PartyEnv, userIds: Iterable<string>) =>
  [...byPresenceShard(userIds)].map(([shard, ids]) => ({
    shard,
    room: presenceShard(env, shard),
    userIds: ids,
  }));

/** The NearbyRoom of this geohash cell. The name of a NearbyRoom may be passed too, because it is a cell. */
export const nearbyRoom = (env: PartyEnv, cell: string) =>
  env.NearbyRoom.get(env.NearbyRoom.idFromName(nearbyRoomName(cell)));

/** The room of a topic that an account can have sockets in. */
export function subscribableRoom(env: PartyEnv, topic: RoomTopic): SubscribableRoom {
  const id = topic.slice(topic.indexOf(":") + 1);
  return topic.startsWith("post:") ? postRoom(env, id) : conversationRoom(env, id);
}

/** The outbox drainer. Tests use shards of their own. */
export const outboxRoom = (env: PartyEnv, shard: string = OUTBOX_SHARD) =>
  env.OutboxRoom.get(env.OutboxRoom.idFromName(shard));

/** Creates a new room near its first visitor; an existing room stays where it is. */
function locationHintFor(request: Request): { locationHint?: DurableObjectLocationHint } {
  const { continent, longitude } = request.cf ?? {};
  const east = Number(longitude);
  switch (continent) {
    case "EU":
      return { locationHint: east > 15 ? "eeur" : "weur" };
    case "NA":
      return { locationHint: east > -95 ? "enam" : "wnam" };
    case "SA":
      return { locationHint: "sam" };
    case "AS":
      return { locationHint: east < 60 ? "me" : "apac" };
    case "OC":
      return { locationHint: "oc" };
    case "AF":
      return { locationHint: "afr" };
    default:
      return {};
  }
}
