import { onAccountChange } from "../../api/account-state.ts";

// Passed between the sign-up, sign-in and verification pages of this tab in memory, because an address bar
// and a history would keep it.
const NONE = { email: "", signUpId: null };
let stored: { email: string; signUpId: string | null } = NONE;
onAccountChange(() => {
  stored = NONE;
});

/** The sign-up that was sent last in this tab; `signUpId` is null when only an address was entered. */
export function lastSignUp(): { email: string; signUpId: string | null } {
  return stored;
}

export function setLastSignUp(email: string, signUpId: string | null): void {
  stored = { email, signUpId };
}
