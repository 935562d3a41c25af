/** The accessRevocation of the rooms. A browser's socket carries its cookie, so the Origin must be ours and must be there. */
import { Hono } from "hono";
import { z } from "zod";
import type { AppEnv } from "../../context.ts";
import { ApiError } from "../../errors.ts";
import { isOwnOrigin } from "../../middleware/guards.ts";
import * as events from "../../services/events.service.ts";

export const partiesRoute = new Hono<AppEnv>()
  .use("/parties/*", async (c, next) => {
    if (!isOwnOrigin(c.req.header("Origin"), c.req.url, c.env.PUBLIC_URL)) throw new ApiError("BAD_ORIGIN");
    if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") throw new ApiError("UPGRADE_REQUIRED");
    await next();
  })
  .get("/parties/user-room/me", (c) => events.openAccountSocket(c.get("service"), c.req.raw))
  .get("/parties/post-room/:id", (c) =>
    events.openPostSocket(c.get("service"), c.req.raw, nameOf(c.req.param("id"))),
  )
  .get("/parties/conversation-room/:id", (c) =>
    events.openConversationSocket(c.get("service"), c.req.raw, nameOf(c.req.param("id"))),
  );

/** Rooms are named by ids; the same id spelt otherwise would be another room. */
function nameOf(id: string): string {
  const parsed = z.uuid().safeParse(id);
  if (!parsed.success) throw new ApiError("NOT_FOUND");
  return parsed.data.toLowerCase();
}
