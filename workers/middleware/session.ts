/** Reads the session token from its signed cookie. Postgres verifies the token. */
import type { Context } from "hono";
import { deleteCookie, getCookie, getSignedCookie, setSignedCookie } from "hono/cookie";
import type { AppEnv } from "../context.ts";
import { ApiError } from "../errors.ts";
import { OLD_COOKIE_ENDS_AT, OLD_COOKIE_NAME, SESSION_S, sessionCookie } from "../services/sessions.rules.ts";

/**
 * The token of the request's cookie, or null without one.
 * @throws ApiError SESSION_EXPIRED when the cookie's signature is not valid
 */
export async function readSessionToken(c: Context<AppEnv>): Promise<string | null> {
  const { name } = sessionCookie(c.env);
  if (getCookie(c, name) === undefined) return await takeOverOldCookie(c);
  const token = await getSignedCookie(c, c.env.AUTH_SECRET, name);
  if (!token) throw new ApiError("SESSION_EXPIRED");
  return token;
}

/** Moves a session from the cookie's former name to `__Host-`; see sessions.rules.ts. */
async function takeOverOldCookie(c: Context<AppEnv>): Promise<string | null> {
  const { name, attributes } = sessionCookie(c.env);
  if (!attributes.secure || getCookie(c, OLD_COOKIE_NAME) === undefined) return null;
  const token = await getSignedCookie(c, c.env.AUTH_SECRET, OLD_COOKIE_NAME);
  deleteCookie(c, OLD_COOKIE_NAME, { path: "/", secure: true });
  if (!token || Date.now() > OLD_COOKIE_ENDS_AT) return null;
  await setSignedCookie(c, name, token, c.env.AUTH_SECRET, { ...attributes, maxAge: SESSION_S });
  return token;
}
