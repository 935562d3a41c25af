/** The session cookie: its name, and the token inside its signature. Proving the token is the database's work. */
import type { Context } from "hono";
import { getCookie, getSignedCookie } from "hono/cookie";
import type { AppEnv } from "../context.ts";
import { ApiError } from "../errors.ts";

export const COOKIE_PREFIX = "plaza";

/** The name and attributes the sign-in library gives its cookie: secure ones carry the browser's prefix. */
export function sessionCookie(env: { PUBLIC_URL: string }) {
  const secure = env.PUBLIC_URL.startsWith("https:");
  return {
    name: `${secure ? "__Secure-" : ""}${COOKIE_PREFIX}.session_token`,
    attributes: { path: "/", secure, httpOnly: true, sameSite: "Lax" as const },
  };
}

/**
 * The token of the request's cookie, or null without one.
 * @throws ApiError SESSION_EXPIRED when the cookie is there but its signature is not ours
 */
export async function readSessionToken(c: Context<AppEnv>): Promise<string | null> {
  const { name } = sessionCookie(c.env);
  if (getCookie(c, name) === undefined) return null;
  const token = await getSignedCookie(c, c.env.AUTH_SECRET, name);
  if (!token) throw new ApiError("SESSION_EXPIRED");
  return token;
}
