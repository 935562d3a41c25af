/** The OpenAPI document, generated from the routes, and Swagger UI to read it, served from our own assets. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../context.ts";
import { DOCS_PATH } from "../../middleware/headers.ts";

const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Plaza API</title><link rel="icon" href="/favicon.svg"><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><main id="swagger-ui"></main><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>`;

/** Adds `/api/openapi.json` and `/api/docs`. */
export function describeApi(app: OpenAPIHono<AppEnv>): void {
  app.doc31("/api/openapi.json", {
    openapi: "3.1.0",
    info: {
      title: "Plaza",
      version: "1",
      description:
        "JSON everywhere, camelCase keys, ISO 8601 times, UUID ids. Lists are pages: follow nextCursor until it is null. Every write takes an Idempotency-Key. Signing up and in is under /api/auth.",
    },
  });
  app.get(DOCS_PATH, (c) => c.html(page));
}
