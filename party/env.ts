/** The bindings that rooms and delivery use; the Worker's own Env extends it. */
import type { OutboxRoom } from "./rooms/outbox.room.ts";
import type { PostRoom } from "./rooms/post.room.ts";
import type { UserRoom } from "./rooms/user.room.ts";

export interface PartyEnv extends Cloudflare.Env {
  UserRoom: DurableObjectNamespace<UserRoom>;
  PostRoom: DurableObjectNamespace<PostRoom>;
  OutboxRoom: DurableObjectNamespace<OutboxRoom>;
  /** Postgres as the role that drains the outbox. */
  DATABASE_SERVICE_URL: string;
  /** Where the Neon wire listens on a laptop; absent in production. */
  NEON_ENDPOINT?: string;
}
