import { useMutation } from "@tanstack/react-query";
import { postAuth } from "../../api/client.ts";
import { deleteDrafts } from "../../api/drafts.ts";
import { queryClient } from "../../api/query-client.ts";
import { meQuery, sessionEnded } from "./session.queries.ts";
import { rememberSession } from "./session-hint.ts";

export interface SignUpInput {
  name: string;
  handle: string;
  email: string;
  password: string;
  /** YYYY-MM-DD */
  birthDate: string;
}

const signUpAnswer = (body: unknown): { signUpId: string | null } => {
  const id: unknown = Object(body).signUpId;
  return { signUpId: typeof id === "string" ? id : null };
};

/**
 * Signs up. The response does not reveal whether the address has an account; the link in the mail leads to the
 * page that creates the account. `signUpId` is for useResendVerification.
 */
export function useSignUp() {
  return useMutation({
    mutationFn: async (input: SignUpInput) => signUpAnswer(await postAuth("sign-up/email", { ...input })),
  });
}

export function useSignIn() {
  return useMutation({
    mutationFn: (input: { email: string; password: string }) => postAuth("sign-in/email", input),
    onSuccess: loadNewSession,
  });
}

async function loadNewSession(): Promise<void> {
  // Data cached while signed out lacks the votes and follows of this account.
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== "me" });
  rememberSession(true);
  await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
}

/**
 * Creates the account of a sign-up with the token of the mailed link, and signs in. `replaceSession` ends the
 * session that this browser has; without it the server refuses to replace one.
 */
export function useConfirmSignUp() {
  return useMutation({
    mutationFn: (input: { token: string; password: string; replaceSession: boolean }) =>
      postAuth("verify-email", { ...input }),
    onSuccess: loadNewSession,
  });
}

/**
 * Signs out and deletes the account's drafts and cached data from this device. `beforeEnd` runs after the
 * server ended the session and before the cached data is deleted, with the account's id.
 */
export function useSignOutMutation({
  beforeEnd,
  afterEnd,
}: {
  beforeEnd: (accountId: string | null) => void;
  afterEnd: () => void;
}) {
  return useMutation({
    // Read before the request: another request may find the session ended first, and empty the cache.
    onMutate: () => queryClient.getQueryData(meQuery.queryKey)?.id ?? null,
    mutationFn: () => postAuth("sign-out", {}),
    onSuccess: (_response, _input, accountId) => {
      if (accountId) deleteDrafts(accountId);
      beforeEnd(accountId);
      sessionEnded();
      afterEnd();
    },
  });
}

/** Sends the mail of a sign-up again, with a new link. */
export function useResendVerification() {
  return useMutation({
    mutationFn: (signUpId: string) => postAuth("send-verification-email", { signUpId }),
  });
}

/** Sends a mail with a link to the reset page, if the address has an account. */
export function useRequestPasswordReset() {
  return useMutation({
    mutationFn: (email: string) => postAuth("request-password-reset", { email }),
  });
}

/** Sets a new password with the token of the mailed link. */
export function useResetPassword() {
  return useMutation({
    mutationFn: (input: { newPassword: string; token: string }) => postAuth("reset-password", { ...input }),
  });
}

/** Changes the password and ends every other session of the account. */
export function useChangePassword() {
  return useMutation({
    mutationFn: (input: { currentPassword: string; newPassword: string }) =>
      postAuth("change-password", { ...input, revokeOtherSessions: true }),
  });
}
