/** The room classes, for the Worker to re-export: a binding's class must be an export of the Worker's main module. */
export type { PartyEnv } from "./env.ts";
export { OutboxRoom } from "./outbox/outbox.room.ts";
export { ConversationRoom } from "./rooms/conversation/conversation.room.ts";
export { NearbyRoom } from "./rooms/nearby/nearby.room.ts";
export { PostRoom } from "./rooms/post/post.room.ts";
export { PresenceRoom } from "./rooms/presence/presence.room.ts";
export { UserRoom } from "./rooms/user/user.room.ts";
