/** The rooms, for the Worker to re-export: a binding's class must be an export of the Worker's main module. */
export type { PartyEnv } from "./env.ts";
export { ConversationRoom } from "./rooms/conversation.room.ts";
export { NearbyRoom } from "./rooms/nearby.room.ts";
export { OutboxRoom } from "./rooms/outbox.room.ts";
export { PostRoom } from "./rooms/post.room.ts";
export { PresenceRoom } from "./rooms/presence.room.ts";
export { UserRoom } from "./rooms/user.room.ts";
