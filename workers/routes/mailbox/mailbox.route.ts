/** The development mailbox. Where mails are really sent, these routes answer NOT_FOUND. */
import { z } from "@hono/zod-openapi";
import { storedMailSchema } from "../../mail/ports.ts";
import { findMail, listMails } from "../../services/mails.service.ts";
import { read } from "../contract/endpoint.ts";
import { newRouter } from "../contract/router.ts";
import { idParams, ok } from "../contract/schemas.ts";

export const mailboxRoute = newRouter()
  .openapi(
    ...read(
      "/api/dev/mailbox",
      { hide: true, response: ok(z.object({ items: z.array(storedMailSchema) }), "Mails, newest first") },
      async (ctx) => ({ items: await listMails(ctx) }),
    ),
  )
  .openapi(
    ...read(
      "/api/dev/mailbox/{id}",
      { hide: true, params: idParams, response: ok(storedMailSchema, "One mail") },
      (ctx, { params }) => findMail(ctx, params.id),
    ),
  );
