/** The viewer's own account. */
import { z } from "@hono/zod-openapi";
import { meSchema } from "../../../db/views/person.view.ts";
import { profileChangeSchema } from "../../services/profiles.rules.ts";
import * as profiles from "../../services/profiles.service.ts";
import { read, write } from "../contract/endpoint.ts";
import { newRouter } from "../contract/router.ts";
import { ok } from "../contract/schemas.ts";

const tags = ["Me"];

export const meRoute = newRouter()
  .openapi(
    ...read(
      "/api/session",
      {
        tags,
        response: ok(z.object({ me: meSchema.nullable() }), "The signed-in account, or null"),
      },
      async (ctx) => ({ me: await profiles.findMe(ctx) }),
    ),
  )
  .openapi(
    ...read("/api/me", { tags, response: ok(meSchema, "The signed-in account") }, (ctx) =>
      profiles.readMe(ctx),
    ),
  )
  .openapi(
    ...write(
      "patch",
      "/api/me",
      { tags, body: profileChangeSchema, response: ok(meSchema, "The account after the change") },
      (ctx, { body }) => profiles.updateMe(ctx, body),
    ),
  );
