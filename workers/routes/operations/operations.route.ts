/** Health of the Worker's parts, for a monitor. */
import { z } from "@hono/zod-openapi";
import { checkHealth } from "../../services/health.service.ts";
import { read } from "../contract/endpoint.ts";
import { newRouter } from "../contract/router.ts";
import { ok } from "../contract/schemas.ts";

const health = z.object({
  ok: z.literal(true),
  /** In development only. */
  outbox: z.object({ waiting: z.int(), parked: z.int() }).optional(),
});

export const operationsRoute = newRouter().openapi(
  ...read("/api/health", { tags: ["Operations"], response: ok(health, "Postgres answers") }, checkHealth),
);
