/**
 * WebSocket upgrades to rooms. Browsers send the cookie with every upgrade, so a same-origin Origin is
 * required.
 */
import { Hono } from "hono";
import { z } from "zod";
import type { AppEnv } from "../../context.ts";
import { ApiError } from "../../errors.ts";
import { isSameOrigin } from "../../middleware/guards.ts";
import * as sockets from "../../services/sockets.service.ts";

export const partiesRoute = new Hono<AppEnv>()
  .use("/parties/*", async (c, next) => {
    if (!isSameOrigin(c.req.header("Origin"), c.req.url, c.env.PUBLIC_URL)) throw new ApiError("BAD_ORIGIN");
    if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") throw new ApiError("UPGRADE_REQUIRED");
    await next();
  })
  .get("/parties/user-room/me", (c) => sockets.openUserSocket(c.get("service"), c.req.raw))
  .get("/parties/post-room/:id", (c) =>
    sockets.openPostSocket(c.get("service"), c.req.raw, roomName(c.req.param("id"))),
  )
  .get("/parties/conversation-room/:id", (c) =>
    sockets.openConversationSocket(c.get("service"), c.req.raw, roomName(c.req.param("id"))),
  );

/** Lower case: rooms are addressed by ids, and the same id in capitals would address another room. */
function roomName(id: string): string {
  const parsed = z.uuid().safeParse(id);
  if (!parsed.success) throw new ApiError("NOT_FOUND");
  return parsed.data.toLowerCase();
}
