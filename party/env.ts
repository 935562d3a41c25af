/** The bindings that rooms and delivery use; the Worker's own Env extends it. */

import type { OutboxRoom } from "./outbox/outbox.room.ts";
import type { ConversationRoom } from "./rooms/conversation/conversation.room.ts";
import type { NearbyRoom } from "./rooms/nearby/nearby.room.ts";
import type { PostRoom } from "./rooms/post/post.room.ts";
import type { PresenceRoom } from "./rooms/presence/presence.room.ts";
import type { UserRoom } from "./rooms/user/user.room.ts";

export interface PartyEnv extends Cloudflare.Env {
  UserRoom: DurableObjectNamespace<UserRoom>;
  PostRoom: DurableObjectNamespace<PostRoom>;
  ConversationRoom: DurableObjectNamespace<ConversationRoom>;
  PresenceRoom: DurableObjectNamespace<PresenceRoom>;
  NearbyRoom: DurableObjectNamespace<NearbyRoom>;
  OutboxRoom: DurableObjectNamespace<OutboxRoom>;
  /** Postgres as the role that drains the outbox. */
  DATABASE_SERVICE_URL: string;
  /** Where the Neon wire listens on a laptop; absent in production. */
  NEON_ENDPOINT?: string;
}
