import { type FormEvent, useRef, useState } from "react";
import { errorText } from "../api/error-text.ts";
import { MailboxLink } from "../features/mailbox/mailbox-link.tsx";
import { checkEmail } from "../features/session/account-rules.ts";
import { AuthLayout, TextLink } from "../features/session/auth-layout.tsx";
import { lastSignUp } from "../features/session/last-sign-up.ts";
import { useRequestPasswordReset } from "../features/session/session.mutations.ts";
import { useT } from "../i18n/index.ts";
import { Button } from "../ui/button.tsx";
import { FormError } from "../ui/form/form-error.tsx";
import { TextField } from "../ui/form/text-field.tsx";
import { useFocusFirstError } from "../ui/form/use-focus-first-error.ts";

/** The form that requests a mail with a link to the reset page. */
export default function ForgotPasswordPage() {
  const t = useT();
  const reset = useRequestPasswordReset();
  const form = useRef<HTMLFormElement>(null);
  const [email, setEmail] = useState(lastSignUp().email);
  const [attempt, setAttempt] = useState(0);
  useFocusFirstError(form, attempt);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (!checkEmail(email) && !reset.isPending) reset.mutate(email.trim());
  };
  return (
    <AuthLayout
      title={t.auth.forgotTitle}
      text={t.auth.forgotText}
      below={<TextLink href="/sign-in">{t.auth.backToSignIn}</TextLink>}
    >
      <form ref={form} noValidate onSubmit={submit} className="flex flex-col gap-5">
        <TextField
          label={t.auth.email}
          type="email"
          autoComplete="username"
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          value={email}
          error={attempt > 0 && checkEmail(email) ? t.auth.emailShape : null}
          onChange={(event) => setEmail(event.target.value)}
        />
        {reset.error ? <FormError>{errorText(reset.error, t)}</FormError> : null}
        <Button type="submit" pending={reset.isPending}>
          {t.auth.forgotSend}
        </Button>
        <p role="status" className="font-medium text-good empty:hidden">
          {reset.isSuccess ? t.auth.forgotSent(reset.variables) : null}
        </p>
      </form>
      {reset.isSuccess ? <MailboxLink /> : null}
    </AuthLayout>
  );
}
