import { useState } from "react";
import { onAccountChange } from "../../api/account-state.ts";

export interface SignUpDraft {
  name: string;
  handle: string;
  /** False until the handle was typed by hand: until then it is derived from the name. */
  isHandleOwn: boolean;
  email: string;
  password: string;
  birthDate: string;
}

const EMPTY: SignUpDraft = {
  name: "",
  handle: "",
  isHandleOwn: false,
  email: "",
  password: "",
  birthDate: "",
};

// In memory only, because it holds a password. It outlives the page, so that visiting another page loses
// nothing.
let stored = EMPTY;
onAccountChange(clear);

function clear(): void {
  stored = EMPTY;
}

/** The fields of the sign-up form; `clear` empties them for the next visit of the page. */
export function useSignUpDraft() {
  const [draft, setDraft] = useState(stored);
  const change = (part: Partial<SignUpDraft>) => {
    stored = { ...stored, ...part };
    setDraft(stored);
  };
  return { draft, change, clear };
}
