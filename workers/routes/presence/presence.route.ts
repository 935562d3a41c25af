/** Who is here, who is near, and who may see it of oneself. */
import { createRoute, z } from "@hono/zod-openapi";
import {
  audiences,
  cellSchema,
  nearbyViewSchema,
  presenceSchema,
  presenceSettingsSchema,
} from "../../../db/views/presence.view.ts";
import { CHOSEN_MAX, IDS_MAX } from "../../limits.ts";
import * as presence from "../../services/presence.service.ts";
import { body, idempotencyHeader, json, readFailures, writeFailures } from "../contract/contract.ts";
import { newRouter } from "../contract/router.ts";

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
    createRoute({
      method: "post",
      path: "/api/presence/query",
      tags: ["Presence"],
      description:
        "Whoever the viewer may not see reads as offline and never seen, like whoever does not exist. Watch `presence.changed` in the user room for changes.",
      request: { body: body(z.strictObject({ ids: ids.max(IDS_MAX) })) },
      responses: { 200: json(z.record(z.uuid(), presenceSchema), "By id"), ...writeFailures },
    }),
    async (c) => c.json(await presence.queryPresence(c.get("service"), c.req.valid("json").ids), 200),
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/me/presence",
      tags: ["Presence"],
      responses: { 200: json(presenceSettingsSchema, "Who may see the viewer's presence"), ...readFailures },
    }),
    async (c) => c.json(await presence.readOwnPresenceSettings(c.get("service")), 200),
  )
  .openapi(
    createRoute({
      method: "patch",
      path: "/api/me/presence",
      tags: ["Presence"],
      request: { body: body(changes), headers: idempotencyHeader },
      responses: { 200: json(presenceSettingsSchema, "What holds now"), ...writeFailures },
    }),
    async (c) => c.json(await presence.changePresenceSettings(c.get("service"), c.req.valid("json")), 200),
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/api/nearby",
      tags: ["Presence"],
      responses: {
        200: json(
          nearbyViewSchema,
          "People online near the cell the viewer shares; nobody while none is shared",
        ),
        ...readFailures,
      },
    }),
    async (c) => c.json(await presence.readNearby(c.get("service")), 200),
  )
  .openapi(
    createRoute({
      method: "put",
      path: "/api/nearby",
      tags: ["Presence"],
      description:
        "Shares a geohash cell of 4 to 6 characters for 15 minutes; again to renew or to move. Coordinates are never sent.",
      request: { body: body(z.strictObject({ cell: cellSchema })), headers: idempotencyHeader },
      responses: { 200: json(nearbyViewSchema, "People online near it"), ...writeFailures },
    }),
    async (c) => c.json(await presence.shareCell(c.get("service"), c.req.valid("json").cell), 200),
  )
  .openapi(
    createRoute({
      method: "delete",
      path: "/api/nearby",
      tags: ["Presence"],
      request: { headers: idempotencyHeader },
      responses: { 200: json(nearbyViewSchema, "Nothing is shared"), ...writeFailures },
    }),
    async (c) => c.json(await presence.unshareCell(c.get("service")), 200),
  );
