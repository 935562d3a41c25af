import { type FormEvent, useRef, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { ApiError } from "../api/api-error.ts";
import { errorText } from "../api/error-text.ts";
import { checkPassword } from "../features/session/account-rules.ts";
import { AuthLayout, FormError, TextLink } from "../features/session/auth-layout.tsx";
import { useResetPassword } from "../features/session/session.mutations.ts";
import { useT } from "../i18n/index.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { PasswordField, useFocusFirstError } from "../ui/field.tsx";
import { toast } from "../ui/toast.tsx";

export default function ResetPasswordPage() {
  const t = useT();
  const [, navigate] = useLocation();
  const query = new URLSearchParams(useSearch());
  const token = query.get("token") ?? "";
  const reset = useResetPassword();
  const form = useRef<HTMLFormElement>(null);
  const [password, setPassword] = useState("");
  const [attempt, setAttempt] = useState(0);
  useFocusFirstError(form, attempt);

  const isDead =
    token === "" || query.has("error") || (reset.error instanceof ApiError && /TOKEN/.test(reset.error.code));
  if (isDead) {
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

  const complaint = checkPassword(password);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (complaint || reset.isPending) return;
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
          error={attempt > 0 && complaint ? t.auth[complaint] : null}
          onChange={(event) => setPassword(event.target.value)}
        />
        {reset.error ? <FormError>{errorText(reset.error, t)}</FormError> : null}
        <Button type="submit" pending={reset.isPending}>
          {t.auth.resetSave}
        </Button>
      </form>
    </AuthLayout>
  );
}
