/** Reads the session token from its signed cookie. Postgres verifies the token. */
import type { Context } from "hono";
import { getCookie, getSignedCookie } from "hono/cookie";
import type { AppEnv } from "../context.ts";
import { ApiError } from "../errors.ts";
import { sessionCookie } from "../services/sessions.rules.ts";

/**
 * The token of the request's cookie, or null without one.
 * @throws ApiError SESSION_EXPIRED when the cookie's signature is not valid
 */
export async function readSessionToken(c: Context<AppEnv>): Promise<string | null> {
  const { name } = sessionCookie(c.env);
  if (getCookie(c, name) === undefined) return null;
  const token = await getSignedCookie(c, c.env.AUTH_SECRET, name);
  if (!token) throw new ApiError("SESSION_EXPIRED");
  return token;
}
