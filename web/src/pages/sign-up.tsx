import { useState } from "react";
import { Redirect, useLocation } from "wouter";
import { ApiError } from "../api/api-error.ts";
import { errorText } from "../api/error-text.ts";
import type { Complaint } from "../features/session/account-rules.ts";
import { AuthLayout, TextLink } from "../features/session/auth-layout.tsx";
import { rememberEmail } from "../features/session/email-memory.ts";
import { useSignUp } from "../features/session/session.mutations.ts";
import { useMe } from "../features/session/session.queries.ts";
import { useSignUpDraft } from "../features/session/sign-up-draft.ts";
import { SignUpIdentity } from "../features/session/sign-up-identity.tsx";
import { SignUpSecrets } from "../features/session/sign-up-secrets.tsx";
import { useT } from "../i18n/index.ts";

/** Which field the server's refusal belongs to. */
function refusalOf(
  error: unknown,
): { field: "handle" | "email" | "password" | "birthDate"; text: Complaint } | null {
  if (!(error instanceof ApiError)) return null;
  const code = error.code;
  if (/HANDLE|USERNAME/.test(code) || error.code === "CONFLICT")
    return { field: "handle", text: "handleTaken" };
  if (/PASSWORD_TOO_SHORT/.test(code)) return { field: "password", text: "passwordShort" };
  if (/PASSWORD_TOO_LONG/.test(code)) return { field: "password", text: "passwordLong" };
  if (/PASSWORD/.test(code)) return { field: "password", text: "passwordLeaked" };
  if (/INVALID_EMAIL/.test(code)) return { field: "email", text: "emailShape" };
  if (/BIRTH|AGE|YOUNG/.test(code)) return { field: "birthDate", text: "tooYoung" };
  return null;
}

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
          if (refusalOf(error)?.field === "handle") setStep(1);
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
          refusal={refusal?.field === "handle" ? t.auth[refusal.text] : null}
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
          refusal={refusal ? { field: refusal.field, text: t.auth[refusal.text] } : null}
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
