import { type FormEvent, useRef, useState } from "react";
import { useLocation } from "wouter";
import { ApiError } from "../../api/api-error.ts";
import { errorText } from "../../api/error-text.ts";
import { queryClient } from "../../api/query-client.ts";
import { useT } from "../../i18n/index.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { FormError } from "../../ui/form/form-error.tsx";
import { PasswordField } from "../../ui/form/text-field.tsx";
import { useFocusFirstError } from "../../ui/form/use-focus-first-error.ts";
import { toast } from "../../ui/toast.tsx";
import { AuthLayout, TextLink } from "./auth-layout.tsx";
import { useConfirmSignUp } from "./session.mutations.ts";
import { type Me, meQuery } from "./session.queries.ts";

/**
 * The page that the link of a sign-up opens. Opening it changes nothing: the password that was chosen confirms
 * the address and signs in. With another account signed in, it says so and asks first.
 */
export function ConfirmSignUp({ token, me }: { token: string; me: Me | null }) {
  const t = useT();
  const [, navigate] = useLocation();
  const confirm = useConfirmSignUp();
  const form = useRef<HTMLFormElement>(null);
  const [password, setPassword] = useState("");
  const [attempt, setAttempt] = useState(0);
  useFocusFirstError(form, attempt);

  const code = confirm.error instanceof ApiError ? confirm.error.code : null;
  if (code === "INVALID_TOKEN" || code === "VALIDATION_FAILED") {
    return (
      <AuthLayout
        title={t.auth.linkDeadTitle}
        text={t.auth.linkDead}
        below={<TextLink href="/sign-in">{t.auth.backToSignIn}</TextLink>}
      >
        <ButtonLink href="/sign-up" className="w-full">
          {t.auth.signUpAgain}
        </ButtonLink>
      </AuthLayout>
    );
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (password === "" || confirm.isPending) return;
    confirm.mutate(
      { token, password, replaceSession: me !== null },
      {
        onSuccess: () => {
          const now = queryClient.getQueryData(meQuery.queryKey);
          if (now) toast({ text: t.auth.welcome(now.name), tone: "good" });
          navigate("/", { replace: true });
        },
        // Somebody signed in in another tab since this page was opened: it shows who, and asks.
        onError: (error) => {
          if (error instanceof ApiError && error.code === "SIGNED_IN_ALREADY")
            void queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
        },
      },
    );
  };
  const passwordError =
    attempt > 0 && password === ""
      ? t.auth.passwordMissing
      : code === "INVALID_PASSWORD"
        ? t.auth.confirmWrongPassword
        : null;
  return (
    <AuthLayout title={t.auth.confirmTitle} text={t.auth.confirmText} below={t.auth.confirmNotYou}>
      <form ref={form} noValidate onSubmit={submit} className="flex flex-col gap-5">
        {me ? (
          <p role="status" className="rounded-xl bg-warn-soft px-4 py-3 text-ink">
            {t.auth.confirmOther(me.handle)}
          </p>
        ) : null}
        <PasswordField
          label={t.auth.password}
          autoComplete="current-password"
          value={password}
          error={passwordError}
          onChange={(event) => {
            setPassword(event.target.value);
            if (code === "INVALID_PASSWORD") confirm.reset();
          }}
        />
        {confirm.error && !passwordError && code !== "SIGNED_IN_ALREADY" ? (
          <FormError>{errorText(confirm.error, t)}</FormError>
        ) : null}
        <Button type="submit" pending={confirm.isPending}>
          {me ? t.auth.confirmReplace : t.auth.confirmAction}
        </Button>
        {me ? (
          <ButtonLink href="/" variant="secondary" className="w-full">
            {t.auth.confirmStay(me.handle)}
          </ButtonLink>
        ) : null}
      </form>
    </AuthLayout>
  );
}
