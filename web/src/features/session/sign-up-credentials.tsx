import { type FormEvent, useRef, useState } from "react";
import { useT } from "../../i18n/index.ts";
import { Button } from "../../ui/button.tsx";
import { FormError } from "../../ui/form/form-error.tsx";
import { PasswordField, TextField } from "../../ui/form/text-field.tsx";
import { useFocusFirstError } from "../../ui/form/use-focus-first-error.ts";
import { checkBirthDate, checkEmail, checkPassword, dayOf } from "./account-rules.ts";
import type { SignUpDraft } from "./sign-up-draft.ts";

/** Step two of the sign-up form: e-mail address, password and date of birth. */
export function SignUpCredentials({
  draft,
  onChange,
  isPending,
  fieldError,
  formError,
  onBack,
  onCreate,
}: {
  draft: SignUpDraft;
  onChange: (part: Partial<SignUpDraft>) => void;
  isPending: boolean;
  /** The field that the server rejected, with the text to show. */
  fieldError: { field: string; text: string } | null;
  /** An error that is about no field. */
  formError: string | null;
  onBack: () => void;
  onCreate: () => void;
}) {
  const t = useT();
  const form = useRef<HTMLFormElement>(null);
  const [attempt, setAttempt] = useState(0);
  useFocusFirstError(form, attempt);
  const today = dayOf(new Date());

  const errors = {
    email: checkEmail(draft.email),
    password: checkPassword(draft.password),
    birthDate: checkBirthDate(draft.birthDate, today),
  };
  const errorOf = (field: keyof typeof errors): string | null => {
    const key = attempt > 0 ? errors[field] : null;
    if (key) return t.auth[key];
    return fieldError?.field === field ? fieldError.text : null;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (!errors.email && !errors.password && !errors.birthDate && !isPending) onCreate();
  };

  return (
    <form ref={form} noValidate onSubmit={submit} className="flex flex-col gap-5">
      <TextField
        label={t.auth.email}
        hint={t.auth.emailHint}
        type="email"
        autoComplete="username"
        inputMode="email"
        autoCapitalize="none"
        spellCheck={false}
        // The "Next" button of step one had the focus and is gone.
        autoFocus
        value={draft.email}
        error={errorOf("email")}
        onChange={(event) => onChange({ email: event.target.value })}
      />
      <PasswordField
        label={t.auth.password}
        hint={t.auth.passwordHint}
        autoComplete="new-password"
        value={draft.password}
        error={errorOf("password")}
        onChange={(event) => onChange({ password: event.target.value })}
      />
      <TextField
        label={t.auth.birthDate}
        hint={t.auth.birthDateHint}
        type="date"
        autoComplete="bday"
        min="1900-01-01"
        max={today}
        value={draft.birthDate}
        error={errorOf("birthDate")}
        onChange={(event) => onChange({ birthDate: event.target.value })}
      />
      {formError ? <FormError>{formError}</FormError> : null}
      <div className="mt-1 flex gap-2">
        <Button variant="secondary" onClick={onBack}>
          {t.auth.back}
        </Button>
        <Button type="submit" pending={isPending} className="flex-1">
          {t.auth.create}
        </Button>
      </div>
    </form>
  );
}
