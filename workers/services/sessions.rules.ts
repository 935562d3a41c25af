/** The session cookie, as better-auth sets it and the middleware reads it. */

export const COOKIE_PREFIX = "plaza";
const NAME = `${COOKIE_PREFIX}.session_token`;
/** How long a session lives without being used. */
export const SESSION_S = 30 * 24 * 3600;

/**
 * Name and attributes; over https the name has the `__Host-` prefix, so that no other host of the domain can
 * set it.
 */
export function sessionCookie(env: { PUBLIC_URL: string }) {
  const secure = env.PUBLIC_URL.startsWith("https:");
  return {
    name: `${secure ? "__Host-" : ""}${NAME}`,
    attributes: { path: "/", secure, httpOnly: true, sameSite: "Lax" as const },
  };
}

/**
 * The name before `__Host-`. Until OLD_COOKIE_ENDS_AT a session under it is taken over, so that the change signed
 * nobody out; every browser that visits once in 30 days has the new cookie by then.
 */
export const OLD_COOKIE_NAME = `__Secure-${NAME}`;
export const OLD_COOKIE_ENDS_AT = Date.UTC(2027, 0, 15);

/** Whether a Cookie header has a session, under any of its names. */
export const hasSessionCookie = (header: string | undefined): boolean => (header ?? "").includes(NAME);
