/** Whether a password is easy to guess, by zxcvbn-ts: lists of common passwords, keyboard rows, repeats, dates. */
import { APIError } from "better-auth/api";

/** What an attacker knows about the owner of an account. */
export interface Owner {
  name: string;
  handle: string;
  email: string;
}

/**
 * Guesses that a password must withstand, as a power of ten. zxcvbn names 10^6 to 10^8 "somewhat guessable". A
 * password is stored as a scrypt hash, so that 10^7 guesses take days of computing.
 */
const GUESSES_MIN_LOG10 = 7;
/** zxcvbn's time grows with the square of the length; a password whose first characters hold is accepted. */
const CHECKED_MAX_CHARS = 32;

/** The check is loaded with the first new password, because its lists are large. */
const loadChecker = async () => {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
  ]);
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
};
let checker: ReturnType<typeof loadChecker> | undefined;

/** The parts of a name, handle and address that a guess would try: "Ona Petrauskienė" -> "ona", ... */
const wordsOf = ({ name, handle, email }: Owner): string[] => {
  const [local = "", host = ""] = email.toLowerCase().split("@");
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const whole = [
    name.toLowerCase(),
    plain,
    plain.replaceAll(" ", ""),
    handle,
    email.toLowerCase(),
    local,
    host,
  ];
  const parts = [plain, handle, local, host].flatMap((text) => text.split(/[^\p{L}\p{N}]+/u));
  return ["plaza", ...whole, ...parts].filter((word) => word.length > 1);
};

/** Whether a password is common, regular, or made of the owner's name, handle or address. */
export async function isEasyToGuess(password: string, owner: Owner | null): Promise<boolean> {
  checker ??= loadChecker().catch((error: unknown) => {
    // The next check tries to load it again.
    checker = undefined;
    throw error;
  });
  const { guessesLog10 } = (await checker).check(
    password.slice(0, CHECKED_MAX_CHARS),
    owner ? wordsOf(owner) : ["plaza"],
  );
  return guessesLog10 < GUESSES_MIN_LOG10;
}

/** @throws APIError PASSWORD_TOO_COMMON */
export async function requireStrongPassword(password: string, owner: Owner | null): Promise<void> {
  if (await isEasyToGuess(password, owner))
    throw new APIError("BAD_REQUEST", {
      code: "PASSWORD_TOO_COMMON",
      message: "The password is too easy to guess.",
      fields: { password: "TOO_COMMON" },
    });
}
