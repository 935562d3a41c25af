import { onAccountChange } from "../../api/account-state.ts";

// Passed between the sign-up, sign-in and verification pages of this tab in memory, because an address bar
// and a history would keep it.
let email = "";
onAccountChange(() => setLastEmail(""));

export function setLastEmail(next: string): void {
  email = next;
}

/** The e-mail address that was last entered in this tab; empty when there is none. */
export function lastEmail(): string {
  return email;
}
