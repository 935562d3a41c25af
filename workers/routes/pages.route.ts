/**
 * Pages whose address the static files' server would rewrite: it takes `@` for something to be escaped and answers
 * /@ann with a redirect. They are the same one page as every other.
 */
import { Hono } from "hono";
import type { AppEnv } from "../context.ts";

export const pagesRoute = new Hono<AppEnv>()
  .get("/:handle{@.+}", servePage)
  .get("/:handle{@[^/]+}/:list", servePage);

function servePage(c: { req: { url: string; raw: Request }; env: AppEnv["Bindings"] }): Promise<Response> {
  return c.env.ASSETS.fetch(new Request(new URL("/", c.req.url), { headers: c.req.raw.headers }));
}
