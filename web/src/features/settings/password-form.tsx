import { type FormEvent, useRef, useState } from "react";
import { ApiError } from "../../api/api-error.ts";
import { errorText } from "../../api/error-text.ts";
import { useT } from "../../i18n/index.ts";
import { Button } from "../../ui/button.tsx";
import { FormError } from "../../ui/form/form-error.tsx";
import { PasswordField } from "../../ui/form/text-field.tsx";
import { useFocusFirstError } from "../../ui/form/use-focus-first-error.ts";
import { toast } from "../../ui/toast.tsx";
import { checkPassword, isTooCommon } from "../session/account-rules.ts";
import { useChangePassword } from "../session/session.mutations.ts";

/** The form that changes the password. Success signs out every other device and empties the form. */
export function PasswordForm({ email }: { email: string }) {
  const t = useT();
  const change = useChangePassword();
  const form = useRef<HTMLFormElement>(null);
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [attempt, setAttempt] = useState(0);
  useFocusFirstError(form, attempt);

  const nextError = checkPassword(next);
  const isWrong = change.error instanceof ApiError && change.error.code === "INVALID_PASSWORD";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (nextError || current === "" || change.isPending) return;
    change.mutate(
      { currentPassword: current, newPassword: next },
      {
        onSuccess: () => {
          setCurrent("");
          setNext("");
          setAttempt(0);
          toast({ text: t.settings.passwordChanged, tone: "good" });
        },
      },
    );
  };
  return (
    <form ref={form} noValidate onSubmit={submit} className="flex flex-col gap-5">
      <p className="text-muted">{t.settings.passwordHint}</p>
      {/* Password managers need the user name beside the password. */}
      <input type="text" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        label={t.settings.currentPassword}
        autoComplete="current-password"
        value={current}
        error={
          isWrong ? t.settings.wrongPassword : attempt > 0 && current === "" ? t.auth.passwordMissing : null
        }
        onChange={(event) => {
          setCurrent(event.target.value);
          if (isWrong) change.reset();
        }}
      />
      <PasswordField
        label={t.settings.newPassword}
        hint={t.auth.passwordHint}
        autoComplete="new-password"
        value={next}
        error={
          attempt > 0 && nextError
            ? t.auth[nextError]
            : isTooCommon(change.error)
              ? t.auth.passwordCommon
              : null
        }
        onChange={(event) => {
          setNext(event.target.value);
          if (isTooCommon(change.error)) change.reset();
        }}
      />
      {change.error && !isWrong && !isTooCommon(change.error) ? (
        <FormError>{errorText(change.error, t)}</FormError>
      ) : null}
      <Button type="submit" variant="secondary" className="self-start" pending={change.isPending}>
        {t.settings.changePassword}
      </Button>
    </form>
  );
}
