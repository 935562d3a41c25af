/** Which room a topic means, and where a new room is put. Browsers reach rooms through `authorize.ts` alone. */
import { z } from "zod";
import type { PartyEnv } from "./env.ts";
import { presenceShardOf } from "./presence-shards.ts";

/** The rooms that hear topics; OutboxRoom hears none and has no door. */
const topicRooms = {
  user: "UserRoom",
  post: "PostRoom",
  conversation: "ConversationRoom",
  presence: "PresenceRoom",
} as const;
export type TopicRoom = (typeof topicRooms)[keyof typeof topicRooms];

/** The one shard that redelivers what a crash left behind. */
export const OUTBOX_SHARD = "outbox-0";

const kindSchema = z.enum(Object.keys(topicRooms) as (keyof typeof topicRooms)[]);
const topicSchema = z.templateLiteral([kindSchema, ":", z.uuid()]);

/** The room that hears a topic ("user:<uuid>", "post:<uuid>", ...), or null when the topic is malformed. */
export function roomOfTopic(topic: string): { room: TopicRoom; name: string } | null {
  if (!topicSchema.safeParse(topic).success) return null;
  const [prefix, id = ""] = topic.split(":");
  const kind = kindSchema.parse(prefix);
  return { room: topicRooms[kind], name: kind === "presence" ? presenceShardOf(id) : id };
}

/** Puts a room that does not exist yet near its first visitor; an existing one stays where it is. */
export function locationHintFor(request: Request): { locationHint?: DurableObjectLocationHint } {
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

/** The drainer's stub. */
export function outboxRoom(env: PartyEnv): { namespace: PartyEnv["OutboxRoom"]; name: string } {
  return { namespace: env.OutboxRoom, name: OUTBOX_SHARD };
}
