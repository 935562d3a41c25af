/**
 * The app's one page, at every address that only the app knows. The static files' server does not do it: it takes `@` for
 * something to be escaped, answering /@ann with a redirect, and it would answer the page for a script that is gone, too,
 * with the headers of /assets (kept for a year).
 */
import { Hono } from "hono";
import type { AppEnv } from "../../context.ts";

/** Addresses under which the page never is: the Worker's own, and those of files. */
const NO_PAGE = /^\/(?:api|parties|assets|docs)(?:\/|$)/;

export const pagesRoute = new Hono<AppEnv>().get("*", async (c, next) => {
  if (NO_PAGE.test(c.req.path)) return next();
  return c.env.ASSETS.fetch(new Request(new URL("/", c.req.url), { headers: c.req.raw.headers }));
});
