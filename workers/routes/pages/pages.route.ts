/**
 * The web app's index page, for every address that the app routes itself. The static assets' own fallback is
 * not used: it redirects /@ann because it escapes `@`, and for a script of an older release it would serve
 * the page with the headers of /assets, which cache it for a year.
 */
import { Hono } from "hono";
import type { AppEnv } from "../../context.ts";

/** Addresses of the Worker's own routes and of static files. */
const NO_PAGE = /^\/(?:api|parties|assets|docs)(?:\/|$)/;

export const pagesRoute = new Hono<AppEnv>().get("*", async (c, next) => {
  if (NO_PAGE.test(c.req.path)) return next();
  return c.env.ASSETS.fetch(new Request(new URL("/", c.req.url), { headers: c.req.raw.headers }));
});
