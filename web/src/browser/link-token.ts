import { useSyncExternalStore } from "react";

/** The token in a fragment such as `#token=abc`; empty when there is none. Pure. */
export function tokenInHash(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token") ?? "";
}

function subscribe(onChange: () => void): () => void {
  addEventListener("hashchange", onChange);
  return () => removeEventListener("hashchange", onChange);
}

/** The token of a mailed link. It is in the fragment, which browsers do not send to servers. */
export function useLinkToken(): string {
  return tokenInHash(useSyncExternalStore(subscribe, () => location.hash));
}
