import { useState } from "react";
import { Redirect, useLocation } from "wouter";
import { errorText } from "../api/error-text.ts";
import { AuthLayout, TextLink } from "../features/session/auth-layout.tsx";
import { setLastSignUp } from "../features/session/last-sign-up.ts";
import { useSignUp } from "../features/session/session.mutations.ts";
import { useMe } from "../features/session/session.queries.ts";
import { SignUpCredentials } from "../features/session/sign-up-credentials.tsx";
import { useSignUpDraft } from "../features/session/sign-up-draft.ts";
import { signUpFieldErrorOf } from "../features/session/sign-up-error.ts";
import { SignUpIdentity } from "../features/session/sign-up-identity.tsx";
import { useT } from "../i18n/index.ts";

/** The sign-up page in two steps: name and handle, then credentials. Redirects home when signed in. */
export default function SignUpPage() {
  const t = useT();
  const me = useMe();
  const [, navigate] = useLocation();
  const [step, setStep] = useState<1 | 2>(1);
  const { draft, change, clear } = useSignUpDraft();
  const signUp = useSignUp();
  const fieldError = signUpFieldErrorOf(signUp.error);
  const fieldErrorAt = (at: 1 | 2) =>
    fieldError?.step === at ? { field: fieldError.field, text: t.auth[fieldError.text] } : null;

  if (me) return <Redirect to="/" replace />;

  const create = () => {
    const { name, handle, email, password, birthDate } = draft;
    signUp.mutate(
      { name: name.trim(), handle, email: email.trim(), password, birthDate },
      {
        onSuccess: ({ signUpId }) => {
          setLastSignUp(email.trim(), signUpId);
          clear();
          navigate("/verify-email");
        },
        onError: (error) => {
          if (signUpFieldErrorOf(error)?.step === 1) setStep(1);
        },
      },
    );
  };

  return (
    <AuthLayout
      title={t.auth.signUpTitle}
      text={
        <>
          <p>{step === 1 ? t.auth.stepOneText : t.auth.stepTwoText}</p>
          <Steps at={step} />
        </>
      }
      below={
        <>
          {t.auth.haveAccount} <TextLink href="/sign-in">{t.auth.signInLink}</TextLink>
        </>
      }
    >
      {step === 1 ? (
        <SignUpIdentity
          draft={draft}
          onChange={change}
          fieldError={fieldErrorAt(1)}
          onNext={() => {
            signUp.reset();
            setStep(2);
          }}
        />
      ) : (
        <SignUpCredentials
          draft={draft}
          onChange={change}
          isPending={signUp.isPending}
          fieldError={fieldErrorAt(2)}
          formError={signUp.error && !fieldError ? errorText(signUp.error, t) : null}
          onBack={() => setStep(1)}
          onCreate={create}
        />
      )}
    </AuthLayout>
  );
}

/** A bar of two segments that shows the current step; screen readers get it as text. */
function Steps({ at }: { at: 1 | 2 }) {
  const t = useT();
  return (
    <div className="mt-4 flex items-center gap-1.5">
      <span className="sr-only">{t.auth.step(at, 2)}</span>
      <span aria-hidden className="h-1 flex-1 rounded-full bg-accent" />
      <span
        aria-hidden
        className={`h-1 flex-1 rounded-full transition-colors duration-200 ${at === 2 ? "bg-accent" : "bg-line"}`}
      />
    </div>
  );
}
