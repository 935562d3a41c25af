/** The session cookie, as better-auth sets it and the middleware reads it. */

export const COOKIE_PREFIX = "plaza";

/** Name and attributes; over https the name has the `__Secure-` prefix. */
export function sessionCookie(env: { PUBLIC_URL: string }) {
  const secure = env.PUBLIC_URL.startsWith("https:");
  return {
    name: `${secure ? "__Secure-" : ""}${COOKIE_PREFIX}.session_token`,
    attributes: { path: "/", secure, httpOnly: true, sameSite: "Lax" as const },
  };
}
