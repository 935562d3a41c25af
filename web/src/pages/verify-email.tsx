import { MailCheck, MailX } from "lucide-react";
import { useEffect, useState } from "react";
import { Redirect, useSearch } from "wouter";
import { errorText } from "../api/error-text.ts";
import { MailboxLink } from "../features/mailbox/mailbox-link.tsx";
import { checkEmail } from "../features/session/account-rules.ts";
import { AuthLayout, TextLink } from "../features/session/auth-layout.tsx";
import { lastEmail, setLastEmail } from "../features/session/last-email.ts";
import { RESEND_AFTER_S } from "../features/session/limits.ts";
import { useResendVerification } from "../features/session/session.mutations.ts";
import { useSession } from "../features/session/session.queries.ts";
import { useT } from "../i18n/index.ts";
import { Button } from "../ui/button.tsx";
import { FormError } from "../ui/form/form-error.tsx";
import { TextField } from "../ui/form/text-field.tsx";
import { toast } from "../ui/toast.tsx";

/**
 * Shown after sign-up, with a button that sends the mail again. The mailed link leads here too: a valid one
 * has signed in, so the page redirects home; an invalid one has `?error=`.
 */
export default function VerifyEmailPage() {
  const t = useT();
  const { me } = useSession();
  const isLinkInvalid = new URLSearchParams(useSearch()).has("error");
  const known = lastEmail();

  useEffect(() => {
    if (me) toast({ text: t.auth.welcome(me.name), tone: "good" });
  }, [me, t]);
  if (me) return <Redirect to="/" replace />;

  return (
    <AuthLayout
      title={isLinkInvalid ? t.auth.linkDeadTitle : t.auth.checkMailTitle}
      text={
        isLinkInvalid ? t.auth.linkDead : known ? t.auth.checkMailText(known) : t.auth.checkMailTextNoAddress
      }
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
        className={`mb-6 inline-flex size-16 items-center justify-center rounded-full ${
          isLinkInvalid ? "bg-warn-soft text-warn" : "bg-accent-soft text-accent"
        }`}
      >
        {isLinkInvalid ? <MailX size={28} strokeWidth={1.75} /> : <MailCheck size={28} strokeWidth={1.75} />}
      </span>
      {isLinkInvalid ? null : <p className="mb-5 text-muted">{t.auth.checkMailSpam}</p>}
      <Resend known={known} waits={known !== "" && !isLinkInvalid} />
      <MailboxLink />
    </AuthLayout>
  );
}

/**
 * Sends the verification mail again. The button counts down before the next attempt; without a known address
 * it asks for one.
 */
function Resend({ known, waits }: { known: string; waits: boolean }) {
  const t = useT();
  const resend = useResendVerification();
  const [email, setEmail] = useState(known);
  const [left, setLeft] = useState(waits ? RESEND_AFTER_S : 0);
  const [isTried, setTried] = useState(false);

  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setLeft(left - 1), 1_000);
    return () => clearTimeout(timer);
  }, [left]);

  const send = () => {
    setTried(true);
    if (checkEmail(email)) return;
    setLastEmail(email.trim());
    resend.mutate(email.trim(), {
      onSuccess: () => {
        setLeft(RESEND_AFTER_S);
        toast({ text: t.auth.resent, tone: "good" });
      },
    });
  };
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {known ? null : (
        <TextField
          label={t.auth.email}
          type="email"
          autoComplete="username"
          value={email}
          error={isTried && checkEmail(email) ? t.auth.emailShape : null}
          onChange={(event) => setEmail(event.target.value)}
        />
      )}
      {resend.error ? <FormError>{errorText(resend.error, t)}</FormError> : null}
      <Button type="submit" variant="secondary" pending={resend.isPending} disabled={left > 0}>
        <span className="tabular-nums">{left > 0 ? t.auth.resendIn(left) : t.auth.resend}</span>
      </Button>
    </form>
  );
}
