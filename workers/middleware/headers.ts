/** Security headers of what the Worker answers itself; static files get theirs from web/public/_headers. */
import { secureHeaders } from "hono/secure-headers";

/** For JSON: nothing may be loaded, framed or sniffed from it. */
export const apiHeaders = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
  strictTransportSecurity: "max-age=63072000; includeSubDomains; preload",
  xFrameOptions: "DENY",
  referrerPolicy: "strict-origin-when-cross-origin",
  crossOriginResourcePolicy: "same-origin",
});
