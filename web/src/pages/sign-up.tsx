import { useState } from "react";
import { Redirect, useLocation } from "wouter";
import { errorText } from "../api/error-text.ts";
import { AuthLayout, TextLink } from "../features/session/auth-layout.tsx";
import { rememberEmail } from "../features/session/email-memory.ts";
import { useSignUp } from "../features/session/session.mutations.ts";
import { useMe } from "../features/session/session.queries.ts";
import { useSignUpDraft } from "../features/session/sign-up-draft.ts";
import { SignUpIdentity } from "../features/session/sign-up-identity.tsx";
import { refusalOf } from "../features/session/sign-up-refusal.ts";
import { SignUpSecrets } from "../features/session/sign-up-secrets.tsx";
import { useT } from "../i18n/index.ts";

export default function SignUpPage() {
  const t = useT();
  const me = useMe();
  const [, navigate] = useLocation();
  const [step, setStep] = useState<1 | 2>(1);
  const { draft, change, forget } = useSignUpDraft();
  const signUp = useSignUp();
  const refusal = refusalOf(signUp.error);

  if (me) return <Redirect to="/" replace />;

  const create = () => {
    const { name, handle, email, password, birthDate } = draft;
    signUp.mutate(
      { name: name.trim(), handle, email: email.trim(), password, birthDate },
      {
        onSuccess: () => {
          rememberEmail(email.trim());
          forget();
          navigate("/verify-email");
        },
        onError: (error) => {
          if (refusalOf(error)?.step === 1) setStep(1);
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
          refusal={refusal?.step === 1 ? { field: refusal.field, text: t.auth[refusal.text] } : null}
          onNext={() => {
            signUp.reset();
            setStep(2);
          }}
        />
      ) : (
        <SignUpSecrets
          draft={draft}
          onChange={change}
          isPending={signUp.isPending}
          refusal={refusal?.step === 2 ? { field: refusal.field, text: t.auth[refusal.text] } : null}
          problem={signUp.error && !refusal ? errorText(signUp.error, t) : null}
          onBack={() => setStep(1)}
          onCreate={create}
        />
      )}
    </AuthLayout>
  );
}

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
