/** Security headers of what the Worker answers itself; static files get theirs from web/public/_headers. */
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "../context.ts";

const forAll = {
  strictTransportSecurity: "max-age=31536000; includeSubDomains",
  xFrameOptions: "DENY",
  referrerPolicy: "strict-origin-when-cross-origin",
  crossOriginResourcePolicy: "same-origin",
};

/** For JSON: nothing may be loaded, framed or sniffed from it. */
const jsonHeaders = secureHeaders({
  ...forAll,
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
});

/** For the page that shows the API: its program sets styles on elements it makes; scripts stay our own files. */
const docsHeaders = secureHeaders({
  ...forAll,
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

/** Every answer carries them, errors and refused upgrades included. What says nothing of caching is not to be kept. */
export const ownHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await (c.req.path === DOCS_PATH ? docsHeaders : jsonHeaders)(c, next);
  if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
});
