/**
 * The path to open after signing in: one inside Plaza ("/x", never "//host" or "https:"), otherwise "/".
 * Pure.
 */
export function safeRedirectPath(next: string | null): string {
  if (!next?.startsWith("/") || next.startsWith("//") || next.includes("\\")) return "/";
  return /^\/sign-(in|up)/.test(next) ? "/" : next;
}

/** The sign-in page that leads back to `from`. */
export function signInPath(from: string): string {
  return from === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(from)}`;
}
