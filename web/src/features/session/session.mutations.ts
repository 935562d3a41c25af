import { useMutation } from "@tanstack/react-query";
import { navigate } from "wouter/use-browser-location";
import { askAuth } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import { clearCache } from "../../app/scroll-store.ts";
import { forgetWords } from "../chat/outbox/unsent-count.ts";
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

// Where the link in the mail leads: that page greets who is signed in by it, and says so when the link was dead.
const VERIFIED_PATH = "/verify-email";

/** Makes an account. The answer is the same whether or not the address was known; the link in the mail signs in. */
export function useSignUp() {
  return useMutation({
    mutationFn: (input: SignUpInput) => askAuth("sign-up/email", { ...input, callbackURL: VERIFIED_PATH }),
  });
}

export function useSignIn() {
  return useMutation({
    mutationFn: (input: { email: string; password: string }) => askAuth("sign-in/email", input),
    onSuccess: async () => {
      // Pages cached while signed out carry no votes or follows of this person.
      queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== "me" });
      rememberSession(true);
      await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
    },
  });
}

/** Signs out and forgets everything that was loaded. */
export function useSignOut() {
  return useMutation({
    mutationFn: () => askAuth("sign-out", {}),
    onSuccess: () => {
      const meId = queryClient.getQueryData(meQuery.queryKey)?.id;
      if (meId) void forgetWords(meId);
      clearCache();
      // Away first: a page of a member's own would ask for its data again, or send to sign-in.
      navigate("/");
      sessionEnded();
    },
  });
}

export function useResendVerification() {
  return useMutation({
    mutationFn: (email: string) => askAuth("send-verification-email", { email, callbackURL: VERIFIED_PATH }),
  });
}

export function useRequestPasswordReset() {
  return useMutation({
    mutationFn: (email: string) =>
      askAuth("request-password-reset", { email, redirectTo: "/reset-password" }),
  });
}

export function useResetPassword() {
  return useMutation({
    mutationFn: (input: { newPassword: string; token: string }) => askAuth("reset-password", { ...input }),
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (input: { currentPassword: string; newPassword: string }) =>
      askAuth("change-password", { ...input, revokeOtherSessions: true }),
  });
}
