/**
 * Whose session this is, as far as the browser knows: sent along where a room may then recognise the session without asking
 * the database, and compared before a message that waited goes out. Never a proof: the session alone is.
 */
const STORAGE_KEY = "plaza.account";

/** The account that this browser was last signed in with, in whichever tab; null when signed out. */
export function accountHere(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return remembered;
  }
}

// Without storage a tab knows of itself only.
let remembered: string | null = null;

export function rememberAccount(id: string | null): void {
  remembered = id;
  try {
    if (id) localStorage.setItem(STORAGE_KEY, id);
    else localStorage.removeItem(STORAGE_KEY);
  } catch {
    // See above.
  }
}

/** The header by which a room may recognise the session. */
export const ACCOUNT_HEADER = "X-Plaza-Account";

const RECOGNISED = /\/api\/(conversations|messages|events|presence|nearby)\b/;

/** The account to name in a request to this address; null where nobody would look. */
export function accountFor(url: string): string | null {
  return RECOGNISED.test(url) ? accountHere() : null;
}
