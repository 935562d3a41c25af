/** Only ways inside Plaza: "/x", never "//elsewhere" or "https:". Anything else means home. Pure. */
export function safeNext(next: string | null): string {
  if (!next?.startsWith("/") || next.startsWith("//") || next.includes("\\")) return "/";
  return /^\/sign-(in|up)/.test(next) ? "/" : next;
}

/** Sign in, then come back here. */
export function signInPath(from: string): string {
  return from === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(from)}`;
}
