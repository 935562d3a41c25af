const STORAGE_KEY = "plaza.session";

/**
 * Whether this browser was signed in last time. Only a hint for the first paint (boot.js reads it too): it decides which
 * skeleton shows, never what anyone may see.
 */
export function sessionHint(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) === "1";
  } catch {
    return false;
  }
}

export function rememberSession(isSignedIn: boolean): void {
  try {
    if (isSignedIn) localStorage.setItem(STORAGE_KEY, "1");
    else localStorage.removeItem(STORAGE_KEY);
  } catch {
    // Without storage the first paint guesses "signed out".
  }
}
