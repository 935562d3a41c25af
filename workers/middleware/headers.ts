/** Security headers of the Worker's own responses; static files get theirs from web/public/_headers. */
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "../context.ts";

const common = {
  strictTransportSecurity: "max-age=31536000; includeSubDomains",
  xFrameOptions: "DENY",
  referrerPolicy: "strict-origin-when-cross-origin",
  crossOriginResourcePolicy: "same-origin",
};

/** For JSON: a browser may load, frame and sniff nothing. */
const jsonHeaders = secureHeaders({
  ...common,
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
});

/** For the API's documentation page: Swagger UI sets inline styles; scripts come from this origin only. */
const docsHeaders = secureHeaders({
  ...common,
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  },
});

export const DOCS_PATH = "/api/docs";

/**
 * On every response, errors and refused upgrades included. A response without Cache-Control is not stored.
 */
export const securityHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await (c.req.path === DOCS_PATH ? docsHeaders : jsonHeaders)(c, next);
  if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
});
