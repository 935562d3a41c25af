/** The Worker's entry point. wrangler requires the Durable Object classes among its exports. */
import { app } from "./app.ts";
import { runCron } from "./crons/crons.ts";
import type { Env } from "./env.ts";
import { consumeMail } from "./queues/mail.queue.ts";

export {
  ConversationRoom,
  NearbyRoom,
  OutboxRoom,
  PostRoom,
  PresenceRoom,
  UserRoom,
} from "../party/index.ts";

export default {
  fetch: (request, env, ctx) => app.fetch(request, env, ctx),
  scheduled: (controller, env) => runCron(controller.cron, env),
  queue: (batch, env) => consumeMail(batch, env),
} satisfies ExportedHandler<Env>;
