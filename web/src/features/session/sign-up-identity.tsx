import { Check, X } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { useT } from "../../i18n/index.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/form/text-field.tsx";
import { useFocusFirstError } from "../../ui/form/use-focus-first-error.ts";
import { Spinner } from "../../ui/spinner.tsx";
import { checkHandle, checkName, suggestHandle } from "./account-rules.ts";
import { type HandleState, useHandleState } from "./handle.queries.ts";
import { HANDLE_MAX_CHARS } from "./limits.ts";
import type { SignUpDraft } from "./sign-up-draft.ts";

/**
 * Step one of the sign-up form: name and handle. The handle is derived from the name until it is typed by
 * hand; a mark in the field shows whether it is available.
 */
export function SignUpIdentity({
  draft,
  onChange,
  fieldError,
  onNext,
}: {
  draft: SignUpDraft;
  onChange: (part: Partial<SignUpDraft>) => void;
  /** The field that the server rejected, with the text to show. */
  fieldError: { field: string; text: string } | null;
  onNext: () => void;
}) {
  const t = useT();
  const form = useRef<HTMLFormElement>(null);
  const [attempt, setAttempt] = useState(0);
  const state = useHandleState(draft.handle);
  useFocusFirstError(form, attempt);

  const nameError = checkName(draft.name);
  const handleError = checkHandle(draft.handle);
  const isHandleWrong =
    handleError !== null && (attempt > 0 || (draft.isHandleOwn && draft.handle.length > 2));

  const serverErrorOf = (field: string) => (fieldError?.field === field ? fieldError.text : null);
  const availabilityError =
    state === "taken" ? t.auth.handleTaken : state === "reserved" ? t.auth.handleReserved : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (!nameError && !handleError && state !== "taken" && state !== "reserved") onNext();
  };

  return (
    <form ref={form} noValidate onSubmit={submit} className="flex flex-col gap-5">
      <TextField
        label={t.auth.name}
        hint={t.auth.nameHint}
        autoComplete="name"
        value={draft.name}
        error={attempt > 0 && nameError ? t.auth[nameError] : serverErrorOf("name")}
        onChange={(event) => {
          const name = event.target.value;
          onChange(draft.isHandleOwn ? { name } : { name, handle: suggestHandle(name) });
        }}
      />
      <TextField
        label={t.auth.handle}
        hint={
          state === "free" ? (
            <span className="text-good">{t.auth.handleFree(draft.handle)}</span>
          ) : (
            t.auth.handleHint
          )
        }
        prefix="@"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={HANDLE_MAX_CHARS}
        value={draft.handle}
        suffix={<HandleMark state={state} />}
        error={isHandleWrong ? t.auth.handleShape : (availabilityError ?? serverErrorOf("handle"))}
        onChange={(event) => {
          const handle = event.target.value.toLowerCase().replace(/^@/, "").trim();
          onChange({ handle, isHandleOwn: handle !== "" });
        }}
      />
      <Button type="submit" className="mt-1">
        {t.auth.next}
      </Button>
    </form>
  );
}

function HandleMark({ state }: { state: HandleState }) {
  const t = useT();
  if (state === "checking")
    return <Spinner size={18} label={t.auth.handleChecking} className="mx-2.5 text-muted" />;
  if (state === "free") {
    return <Check size={20} strokeWidth={2} aria-hidden className="mx-2.5 animate-appear text-good" />;
  }
  if (state === "taken" || state === "reserved")
    return <X size={20} strokeWidth={2} aria-hidden className="mx-2.5 text-bad" />;
  return null;
}
