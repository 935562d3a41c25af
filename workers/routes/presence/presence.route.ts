/** Who is online, who is nearby, and who may see the viewer's own presence. */
import { z } from "@hono/zod-openapi";
import {
  audiences,
  cellSchema,
  nearbyViewSchema,
  presenceSchema,
  presenceSettingsSchema,
} from "../../../db/views/presence.view.ts";
import { CHOSEN_MAX, IDS_MAX } from "../../../party/protocol/limits.ts";
import * as presence from "../../services/presence.service.ts";
import { query, read, write } from "../contract/endpoint.ts";
import { newRouter } from "../contract/router.ts";
import { ok } from "../contract/schemas.ts";

const tags = ["Presence"];
const ids = z.array(z.uuid().toLowerCase());
const changes = z
  .strictObject({
    audience: z.enum(audiences).optional(),
    chosen: ids
      .max(CHOSEN_MAX)
      .optional()
      .openapi({ description: "The whole list, for the audience `chosen`" }),
    sharesReceipts: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, "nothing to change");

export const presenceRoute = newRouter()
  .openapi(
    ...query(
      "/api/presence/query",
      {
        tags,
        description:
          "People whom the viewer may not see, and unknown ids, are offline and never seen. Changes arrive as `presence.changed` in the user room.",
        body: z.strictObject({ ids: ids.max(IDS_MAX) }),
        response: ok(z.record(z.uuid(), presenceSchema), "By id"),
      },
      (ctx, { body }) => presence.queryPresence(ctx, body.ids),
    ),
  )
  .openapi(
    ...read(
      "/api/me/presence",
      { tags, response: ok(presenceSettingsSchema, "Who may see the viewer's presence") },
      (ctx) => presence.readOwnPresenceSettings(ctx),
    ),
  )
  .openapi(
    ...write(
      "patch",
      "/api/me/presence",
      { tags, body: changes, response: ok(presenceSettingsSchema, "The settings afterwards") },
      (ctx, { body }) => presence.changePresenceSettings(ctx, body),
    ),
  )
  .openapi(
    ...read(
      "/api/nearby",
      {
        tags,
        response: ok(
          nearbyViewSchema,
          "Online people near the cell that the viewer shares; empty while none is shared",
        ),
      },
      (ctx) => presence.readNearby(ctx),
    ),
  )
  .openapi(
    ...write(
      "put",
      "/api/nearby",
      {
        tags,
        description:
          "Shares a geohash cell of 4 or 5 characters for 15 minutes; repeat it to renew or to move. Too many moves, or too far ones, are RATE_LIMITED. Coordinates are never sent. People with whom one follows each other are shown in the cell or one around it, others in the same cell of 4 characters.",
        body: z.strictObject({ cell: cellSchema }),
        response: ok(nearbyViewSchema, "Online people near it"),
      },
      (ctx, { body }) => presence.shareCell(ctx, body.cell),
    ),
  )
  .openapi(
    ...write("delete", "/api/nearby", { tags, response: ok(nearbyViewSchema, "Nothing is shared") }, (ctx) =>
      presence.unshareCell(ctx),
    ),
  );
