import { type FormEvent, useRef, useState } from "react";
import { useLocation } from "wouter";
import { ApiError } from "../api/api-error.ts";
import { errorText } from "../api/error-text.ts";
import { useLinkToken } from "../browser/link-token.ts";
import { checkPassword, isTooCommon } from "../features/session/account-rules.ts";
import { AuthLayout, TextLink } from "../features/session/auth-layout.tsx";
import { useResetPassword } from "../features/session/session.mutations.ts";
import { useT } from "../i18n/index.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { FormError } from "../ui/form/form-error.tsx";
import { PasswordField } from "../ui/form/text-field.tsx";
import { useFocusFirstError } from "../ui/form/use-focus-first-error.ts";
import { toast } from "../ui/toast.tsx";

/**
 * The page that a mailed reset link opens: a form for the new password, or a notice when the link is no
 * longer valid.
 */
export default function ResetPasswordPage() {
  const t = useT();
  const [, navigate] = useLocation();
  const token = useLinkToken();
  const reset = useResetPassword();
  const form = useRef<HTMLFormElement>(null);
  const [password, setPassword] = useState("");
  const [attempt, setAttempt] = useState(0);
  useFocusFirstError(form, attempt);

  const isLinkInvalid = token === "" || (reset.error instanceof ApiError && /TOKEN/.test(reset.error.code));
  if (isLinkInvalid) {
    return (
      <AuthLayout
        title={t.auth.linkDeadTitle}
        text={t.auth.linkDead}
        below={<TextLink href="/sign-in">{t.auth.backToSignIn}</TextLink>}
      >
        <ButtonLink href="/forgot-password" className="w-full">
          {t.auth.forgotSend}
        </ButtonLink>
      </AuthLayout>
    );
  }

  const passwordError = checkPassword(password);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (passwordError || reset.isPending) return;
    reset.mutate(
      { newPassword: password, token },
      {
        onSuccess: () => {
          toast({ text: t.auth.resetDone, tone: "good" });
          navigate("/sign-in", { replace: true });
        },
      },
    );
  };
  return (
    <AuthLayout title={t.auth.resetTitle} text={t.auth.resetText}>
      <form ref={form} noValidate onSubmit={submit} className="flex flex-col gap-5">
        <PasswordField
          label={t.settings.newPassword}
          hint={t.auth.passwordHint}
          autoComplete="new-password"
          value={password}
          error={
            attempt > 0 && passwordError
              ? t.auth[passwordError]
              : isTooCommon(reset.error)
                ? t.auth.passwordCommon
                : null
          }
          onChange={(event) => {
            setPassword(event.target.value);
            if (isTooCommon(reset.error)) reset.reset();
          }}
        />
        {reset.error && !isTooCommon(reset.error) ? <FormError>{errorText(reset.error, t)}</FormError> : null}
        <Button type="submit" pending={reset.isPending}>
          {t.auth.resetSave}
        </Button>
      </form>
    </AuthLayout>
  );
}
