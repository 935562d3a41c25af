import { type FormEvent, useRef, useState } from "react";
import { Redirect, useSearch } from "wouter";
import { ApiError } from "../api/api-error.ts";
import { errorText } from "../api/error-text.ts";
import { checkEmail } from "../features/session/account-rules.ts";
import { AuthLayout, TextLink } from "../features/session/auth-layout.tsx";
import { lastSignUp } from "../features/session/last-sign-up.ts";
import { useSignIn } from "../features/session/session.mutations.ts";
import { useMe } from "../features/session/session.queries.ts";
import { safeRedirectPath } from "../features/session/sign-in-path.ts";
import { useT } from "../i18n/index.ts";
import { Button } from "../ui/button.tsx";
import { FormError } from "../ui/form/form-error.tsx";
import { PasswordField, TextField } from "../ui/form/text-field.tsx";
import { useFocusFirstError } from "../ui/form/use-focus-first-error.ts";

const isCode = (error: unknown, code: RegExp) => error instanceof ApiError && code.test(error.code);

/** The sign-in form. Signed in, it redirects to `?next=`. */
export default function SignInPage() {
  const t = useT();
  const me = useMe();
  const query = useSearch();
  const next = safeRedirectPath(new URLSearchParams(query).get("next"));
  const signIn = useSignIn();
  const form = useRef<HTMLFormElement>(null);
  const [email, setEmail] = useState(lastSignUp().email);
  const [password, setPassword] = useState("");
  const [attempt, setAttempt] = useState(0);
  useFocusFirstError(form, attempt);

  if (me) return <Redirect to={next} replace />;

  const emailError = attempt > 0 && checkEmail(email) ? t.auth.emailShape : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (checkEmail(email) || password === "" || signIn.isPending) return;
    signIn.mutate({ email: email.trim(), password });
  };

  const { error } = signIn;
  return (
    <AuthLayout
      title={t.auth.signInTitle}
      text={t.auth.signInText}
      below={
        <>
          {t.auth.newHere} <TextLink href="/sign-up">{t.auth.joinLink}</TextLink>
        </>
      }
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
          error={emailError}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PasswordField
          label={t.auth.password}
          autoComplete="current-password"
          value={password}
          error={attempt > 0 && password === "" ? t.auth.passwordMissing : null}
          onChange={(event) => setPassword(event.target.value)}
        />
        {error ? (
          <FormError>
            {isCode(error, /NOT_VERIFIED|INVALID_EMAIL_OR_PASSWORD|INVALID_PASSWORD|^UNAUTHENTICATED$/)
              ? t.auth.wrongPair
              : errorText(error, t)}
          </FormError>
        ) : null}
        <Button type="submit" pending={signIn.isPending}>
          {t.auth.signIn}
        </Button>
        <p>
          <TextLink href="/forgot-password">{t.auth.forgotLink}</TextLink>
        </p>
      </form>
    </AuthLayout>
  );
}
