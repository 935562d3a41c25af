const STORAGE_KEY = "plaza.session";

/**
 * Whether this browser was signed in at the last visit. A hint for the first paint, which boot.js reads too:
 * it chooses the skeleton and never grants access to anything.
 */
export function sessionHint(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) === "1";
  } catch {
    return false;
  }
}

/** Stores the hint for the next visit. */
export function rememberSession(isSignedIn: boolean): void {
  try {
    if (isSignedIn) localStorage.setItem(STORAGE_KEY, "1");
    else localStorage.removeItem(STORAGE_KEY);
  } catch {
    // Without storage the first paint assumes "signed out".
  }
}
