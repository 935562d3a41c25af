/**
 * The account of this browser's session, as far as the browser knows. Sent as a hint with which a room recognises the session
 * without a query, and compared before an unsent message is sent. It proves nothing: only the session does.
 */
const STORAGE_KEY = "plaza.account";

/** The account this browser is signed in with, in any tab; null when signed out. */
export function signedInAccountId(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return accountIdInMemory;
  }
}

// Without storage, each tab has only its own value.
let accountIdInMemory: string | null = null;

export function storeAccountId(id: string | null): void {
  accountIdInMemory = id;
  try {
    if (id) localStorage.setItem(STORAGE_KEY, id);
    else localStorage.removeItem(STORAGE_KEY);
  } catch {
    // Without storage, `accountIdInMemory` is the only copy.
  }
}

/** The header by which a room may recognise the session. */
export const ACCOUNT_HEADER = "X-Plaza-Account";

const ROUTES_WITH_ACCOUNT = /\/api\/(conversations|messages|events|presence|nearby)\b/;

/** The account to send with a request to this URL; null where the server does not read it. */
export function accountFor(url: string): string | null {
  return ROUTES_WITH_ACCOUNT.test(url) ? signedInAccountId() : null;
}
