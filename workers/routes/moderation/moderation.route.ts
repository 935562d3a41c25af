/** Suspension of accounts, for accounts with the capability accounts.suspend. */
import { z } from "@hono/zod-openapi";
import { suspensionSchema } from "../../../db/views/suspension.view.ts";
import { SUSPENSION_REASON_MAX_CHARS } from "../../../party/protocol/limits.ts";
import * as moderation from "../../services/moderation.service.ts";
import { plainText } from "../../services/text.rules.ts";
import { read, write } from "../contract/endpoint.ts";
import { newRouter } from "../contract/router.ts";
import { handleParams, ok } from "../contract/schemas.ts";

const tags = ["Moderation"];
const path = "/api/profiles/{handle}/suspension";
const response = ok(suspensionSchema, "Whether the account is suspended, since when, by whom and why");

export const moderationRoute = newRouter()
  .openapi(
    ...read(path, { tags, params: handleParams, response }, (ctx, { params }) =>
      moderation.readSuspension(ctx, params.handle),
    ),
  )
  .openapi(
    ...write(
      "put",
      path,
      {
        tags,
        description:
          "Ends all sessions and sockets of the account at once; it cannot sign in while it is suspended",
        params: handleParams,
        body: z.strictObject({ isSuspended: z.boolean(), reason: plainText(1, SUSPENSION_REASON_MAX_CHARS) }),
        response,
      },
      (ctx, { params, body }) => moderation.setSuspension(ctx, params.handle, body),
    ),
  );
