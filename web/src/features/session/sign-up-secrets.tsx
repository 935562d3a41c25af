import { type FormEvent, useRef, useState } from "react";
import { useT } from "../../i18n/index.ts";
import { Button } from "../../ui/button.tsx";
import { PasswordField, TextField, useFocusFirstError } from "../../ui/field.tsx";
import { checkBirthDate, checkEmail, checkPassword, dayOf } from "./account-rules.ts";
import { FormError } from "./auth-layout.tsx";
import type { SignUpDraft } from "./sign-up-draft.ts";

/** Step two: the address, a password and the date of birth. */
export function SignUpSecrets({
  draft,
  onChange,
  isPending,
  refusal,
  problem,
  onBack,
  onCreate,
}: {
  draft: SignUpDraft;
  onChange: (part: Partial<SignUpDraft>) => void;
  isPending: boolean;
  refusal: { field: string; text: string } | null;
  problem: string | null;
  onBack: () => void;
  onCreate: () => void;
}) {
  const t = useT();
  const form = useRef<HTMLFormElement>(null);
  const [attempt, setAttempt] = useState(0);
  useFocusFirstError(form, attempt);
  const today = dayOf(new Date());

  const wrong = {
    email: checkEmail(draft.email),
    password: checkPassword(draft.password),
    birthDate: checkBirthDate(draft.birthDate, today),
  };
  const errorOf = (field: keyof typeof wrong): string | null => {
    const complaint = attempt > 0 ? wrong[field] : null;
    if (complaint) return t.auth[complaint];
    return refusal?.field === field ? refusal.text : null;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (!wrong.email && !wrong.password && !wrong.birthDate && !isPending) onCreate();
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
        // Arriving here by "Next": the first field of this step is where one goes on.
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
      {problem ? <FormError>{problem}</FormError> : null}
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
