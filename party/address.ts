/** Which room a topic or an address means. Rooms that are not listed as public cannot be reached from outside. */
import { z } from "zod";
import type { PartyEnv } from "./env.ts";

/** The rooms a browser may open: path segment -> binding. OutboxRoom is not for browsers. */
export const publicRooms = { "user-room": "UserRoom", "post-room": "PostRoom" } as const;
export type PublicRoom = (typeof publicRooms)[keyof typeof publicRooms];

/** The one shard that redelivers what a crash left behind. */
export const OUTBOX_SHARD = "outbox-0";

const topicRooms = { user: "UserRoom", post: "PostRoom" } as const satisfies Record<string, PublicRoom>;
const topicSchema = z.templateLiteral([z.enum(["user", "post"]), ":", z.uuid()]);

export const userTopic = (userId: string): string => `user:${userId}`;
export const postTopic = (postId: string): string => `post:${postId}`;

/** The room of `/parties/<party>/...`, or null when there is none for the public. */
export function publicRoom(party: string): PublicRoom | null {
  return Object.hasOwn(publicRooms, party) ? publicRooms[party as keyof typeof publicRooms] : null;
}

/** The room that hears a topic, or null when the topic is malformed. */
export function roomOfTopic(topic: string): { room: PublicRoom; name: string } | null {
  if (!topicSchema.safeParse(topic).success) return null;
  const [kind, name] = topic.split(":");
  return (kind === "user" || kind === "post") && name ? { room: topicRooms[kind], name } : null;
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
