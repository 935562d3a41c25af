import { useState } from "react";

export interface SignUpDraft {
  name: string;
  handle: string;
  /** False until the handle was typed by hand: so long it follows the name. */
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

// Kept while the tab lives, so that a look at another page loses nothing; never written to the device.
let kept = EMPTY;

export function useSignUpDraft() {
  const [draft, setDraft] = useState(kept);
  const change = (part: Partial<SignUpDraft>) => {
    kept = { ...kept, ...part };
    setDraft(kept);
  };
  const forget = () => {
    kept = EMPTY;
  };
  return { draft, change, forget };
}
