import { DurableObject } from "cloudflare:workers";

export class UserRoom extends DurableObject {}
export class PostRoom extends DurableObject {}
export class OutboxRoom extends DurableObject {}

export default {
  async fetch(request: Request): Promise<Response> {
    return Response.json({ path: new URL(request.url).pathname });
  },
  async scheduled(controller: ScheduledController): Promise<void> {
    console.log(`cron ${controller.cron}`);
  },
  async queue(): Promise<void> {},
};
