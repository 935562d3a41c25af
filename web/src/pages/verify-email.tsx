import { MailCheck } from "lucide-react";
import { useEffect, useState } from "react";
import { Redirect } from "wouter";
import { errorText } from "../api/error-text.ts";
import { useLinkToken } from "../browser/link-token.ts";
import { MailboxLink } from "../features/mailbox/mailbox-link.tsx";
import { AuthLayout, TextLink } from "../features/session/auth-layout.tsx";
import { ConfirmSignUp } from "../features/session/confirm-sign-up.tsx";
import { lastSignUp } from "../features/session/last-sign-up.ts";
import { RESEND_AFTER_S } from "../features/session/limits.ts";
import { useResendVerification } from "../features/session/session.mutations.ts";
import { useSession } from "../features/session/session.queries.ts";
import { useT } from "../i18n/index.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { FormError } from "../ui/form/form-error.tsx";
import { toast } from "../ui/toast.tsx";

/** With the token of a mailed link: the form that confirms it. Without: "check your mail", after a sign-up. */
export default function VerifyEmailPage() {
  const token = useLinkToken();
  const { me, isPending } = useSession();
  if (token !== "") return isPending ? null : <ConfirmSignUp key={token} token={token} me={me} />;
  return me ? <Redirect to="/" replace /> : <CheckYourMail />;
}

function CheckYourMail() {
  const t = useT();
  const { email, signUpId } = lastSignUp();
  return (
    <AuthLayout
      title={t.auth.checkMailTitle}
      text={email ? t.auth.checkMailText(email) : t.auth.checkMailTextNoAddress}
      below={
        <>
          <TextLink href="/sign-up">{t.auth.otherAddress}</TextLink>
          <span aria-hidden> · </span>
          <TextLink href="/sign-in">{t.auth.backToSignIn}</TextLink>
        </>
      }
    >
      <span
        aria-hidden
        className="mb-6 inline-flex size-16 items-center justify-center rounded-full bg-accent-soft text-accent"
      >
        <MailCheck size={28} strokeWidth={1.75} />
      </span>
      {signUpId ? (
        <>
          <p className="mb-5 text-muted">{t.auth.checkMailSpam}</p>
          <Resend signUpId={signUpId} />
        </>
      ) : (
        <>
          <p className="mb-5 text-muted">{t.auth.checkMailSignUpAgain}</p>
          <ButtonLink href="/sign-up" variant="secondary" className="w-full">
            {t.auth.signUpAgain}
          </ButtonLink>
        </>
      )}
      <MailboxLink />
    </AuthLayout>
  );
}

/** Sends the mail again. The button counts down before the next attempt. */
function Resend({ signUpId }: { signUpId: string }) {
  const t = useT();
  const resend = useResendVerification();
  const [left, setLeft] = useState(RESEND_AFTER_S);

  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setLeft(left - 1), 1_000);
    return () => clearTimeout(timer);
  }, [left]);

  const send = () =>
    resend.mutate(signUpId, {
      onSuccess: () => {
        setLeft(RESEND_AFTER_S);
        toast({ text: t.auth.resent, tone: "good" });
      },
    });
  return (
    <div className="flex flex-col gap-4">
      {resend.error ? <FormError>{errorText(resend.error, t)}</FormError> : null}
      <Button variant="secondary" pending={resend.isPending} disabled={left > 0} onClick={send}>
        <span className="tabular-nums">{left > 0 ? t.auth.resendIn(left) : t.auth.resend}</span>
      </Button>
    </div>
  );
}
