/** The laptop's mailbox. Where mails really leave, these addresses do not exist. */
import { createRoute, z } from "@hono/zod-openapi";
import { ApiError } from "../../errors.ts";
import { keptMailSchema, readMailbox } from "../../mail/ports.ts";
import { idParams, json, readFailures } from "../contract/contract.ts";
import { newRouter } from "../contract/router.ts";

const requireMailbox = (env: { DEV_MAILBOX?: string; RESEND_API_KEY?: string }) => {
  if (env.DEV_MAILBOX !== "1" || env.RESEND_API_KEY) throw new ApiError("NOT_FOUND");
};

export const mailboxRoute = newRouter()
  .openapi(
    createRoute({
      method: "get",
      path: "/api/dev/mailbox",
      hide: true,
      responses: {
        200: json(z.object({ items: z.array(keptMailSchema) }), "Mails, newest first"),
        ...readFailures,
      },
    }),
    async (c) => {
      requireMailbox(c.env);
      return c.json({ items: await readMailbox(c.env.CACHE) }, 200);
    },
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/dev/mailbox/{id}",
      hide: true,
      request: { params: idParams },
      responses: { 200: json(keptMailSchema, "One mail"), ...readFailures },
    }),
    async (c) => {
      requireMailbox(c.env);
      const mail = (await readMailbox(c.env.CACHE)).find((each) => each.id === c.req.valid("param").id);
      if (!mail) throw new ApiError("NOT_FOUND");
      return c.json(mail, 200);
    },
  );
