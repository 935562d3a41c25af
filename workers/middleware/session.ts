/** The session cookie: its name, and the token that it signs. Postgres verifies the token. */
import type { Context } from "hono";
import { getCookie, getSignedCookie } from "hono/cookie";
import type { AppEnv } from "../context.ts";
import { ApiError } from "../errors.ts";

export const COOKIE_PREFIX = "plaza";

/** Name and attributes as better-auth sets them; a secure cookie's name has the `__Secure-` prefix. */
export function sessionCookie(env: { PUBLIC_URL: string }) {
  const secure = env.PUBLIC_URL.startsWith("https:");
  return {
    name: `${secure ? "__Secure-" : ""}${COOKIE_PREFIX}.session_token`,
    attributes: { path: "/", secure, httpOnly: true, sameSite: "Lax" as const },
  };
}

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
