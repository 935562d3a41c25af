/** What an account's room asks of the rooms it watches. */
import type { PartyEnv } from "../../env.ts";
import type { RelationChange } from "./recent-changes.ts";
import type { WatchedTopic } from "./room-subscriptions.ts";

/** Each call answers which sockets of the viewer the room has left, by connection id. */
export interface WatchedRoom {
  dropSession(viewerId: string, sessionId: string): Promise<string[]>;
  connectionsOf(viewerId: string): Promise<string[]>;
  /** Of posts only. */
  hide(viewerId: string, change: RelationChange): Promise<string[]>;
}

export function watchedRoom(env: PartyEnv, topic: WatchedTopic): WatchedRoom {
  const name = topic.slice(topic.indexOf(":") + 1);
  if (topic.startsWith("post:")) return env.PostRoom.get(env.PostRoom.idFromName(name));
  const room = env.ConversationRoom.get(env.ConversationRoom.idFromName(name));
  return {
    dropSession: (viewerId, sessionId) => room.dropSession(viewerId, sessionId),
    connectionsOf: (viewerId) => room.connectionsOf(viewerId),
    hide: (viewerId) => room.connectionsOf(viewerId),
  };
}
