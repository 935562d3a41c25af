/** The OpenAPI document, made from the routes, and a page to read it. The page's program is served from our own assets. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "../context.ts";

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
  app.get(
    "/api/docs",
    secureHeaders({
      // The page's program sets styles on elements it makes; scripts stay our own files.
      contentSecurityPolicy: {
        defaultSrc: ["'none'"], scriptSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", "data:"],
        connectSrc: ["'self'"], frameAncestors: ["'none'"], baseUri: ["'none'"],
      },
    }),
    (c) => c.html(page),
  );
}
