/** Whether Plaza is well, and its API's description. */
import { createRoute, z } from "@hono/zod-openapi";
import { checkHealth } from "../../services/health.service.ts";
import { json, readFailures } from "../contract/contract.ts";
import { newRouter } from "../contract/router.ts";

export const operationsRoute = newRouter().openapi(
  createRoute({
    method: "get",
    path: "/api/health",
    tags: ["Operations"],
    responses: {
      200: json(
        z.object({ ok: z.literal(true), outbox: z.object({ waiting: z.int(), parked: z.int() }) }),
        "Postgres answers",
      ),
      ...readFailures,
    },
  }),
  async (c) => c.json(await checkHealth(c.get("service")), 200),
);
