import { MailCheck, MailX } from "lucide-react";
import { useEffect, useState } from "react";
import { Redirect, useSearch } from "wouter";
import { errorText } from "../api/error-text.ts";
import { checkEmail } from "../features/session/account-rules.ts";
import { AuthLayout, FormError, TextLink } from "../features/session/auth-layout.tsx";
import { rememberEmail, rememberedEmail } from "../features/session/email-memory.ts";
import { RESEND_AFTER_S } from "../features/session/limits.ts";
import { MailboxLink } from "../features/session/mailbox-link.tsx";
import { useResendVerification } from "../features/session/session.mutations.ts";
import { useSession } from "../features/session/session.queries.ts";
import { useT } from "../i18n/index.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { toast } from "../ui/toast.tsx";

/** "Check your mail"; also where the link in the mail arrives, good or dead. */
export default function VerifyEmailPage() {
  const t = useT();
  const { me } = useSession();
  const isDead = new URLSearchParams(useSearch()).has("error");
  const known = rememberedEmail();

  useEffect(() => {
    if (me) toast({ text: t.auth.welcome(me.name), tone: "good" });
  }, [me, t]);
  if (me) return <Redirect to="/" replace />;

  return (
    <AuthLayout
      title={isDead ? t.auth.linkDeadTitle : t.auth.checkMailTitle}
      text={isDead ? t.auth.linkDead : known ? t.auth.checkMailText(known) : t.auth.checkMailTextNoAddress}
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
          isDead ? "bg-warn-soft text-warn" : "bg-accent-soft text-accent"
        }`}
      >
        {isDead ? <MailX size={28} strokeWidth={1.75} /> : <MailCheck size={28} strokeWidth={1.75} />}
      </span>
      {isDead ? null : <p className="mb-5 text-muted">{t.auth.checkMailSpam}</p>}
      <Resend known={known} waits={known !== "" && !isDead} />
      <MailboxLink />
    </AuthLayout>
  );
}

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
    rememberEmail(email.trim());
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
