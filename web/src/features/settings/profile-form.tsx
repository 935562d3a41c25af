import { type FormEvent, useRef, useState } from "react";
import { errorText } from "../../api/error-text.ts";
import { useT } from "../../i18n/index.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { FormError } from "../../ui/form/form-error.tsx";
import { TextArea } from "../../ui/form/text-area.tsx";
import { TextField } from "../../ui/form/text-field.tsx";
import { useFocusFirstError } from "../../ui/form/use-focus-first-error.ts";
import { toast } from "../../ui/toast.tsx";
import { checkName } from "../session/account-rules.ts";
import { BIO_MAX_CHARS } from "../session/limits.ts";
import type { Me } from "../session/session.queries.ts";
import { useUpdateMe } from "./settings.mutations.ts";

/** The form for name and bio, with a preview of avatar and name. Save is disabled until something changed. */
export function ProfileForm({ me }: { me: Me }) {
  const t = useT();
  const update = useUpdateMe();
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState(me.name);
  const [bio, setBio] = useState(me.bio);
  const [attempt, setAttempt] = useState(0);
  useFocusFirstError(form, attempt);

  const nameError = checkName(name);
  const isBioLong = bio.length > BIO_MAX_CHARS;
  const isChanged = name.trim() !== me.name || bio.trim() !== me.bio;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (nameError || isBioLong || update.isPending) return;
    update.mutate(
      { name: name.trim(), bio: bio.trim() },
      { onSuccess: () => toast({ text: t.settings.saved, tone: "good" }) },
    );
  };
  return (
    <form ref={form} noValidate onSubmit={submit} className="flex flex-col gap-5">
      <div className="flex items-center gap-4">
        <Avatar person={{ ...me, name }} size="xl" />
        <div className="min-w-0">
          <p className="truncate text-lg font-bold">{name || me.handle}</p>
          <p className="truncate text-muted">@{me.handle}</p>
        </div>
      </div>
      <TextField
        label={t.settings.name}
        autoComplete="name"
        value={name}
        error={nameError ? t.auth[nameError] : null}
        onChange={(event) => setName(event.target.value)}
      />
      <TextArea
        label={t.settings.bio}
        hint={t.settings.bioHint}
        value={bio}
        maxLength={BIO_MAX_CHARS}
        error={attempt > 0 && isBioLong ? t.settings.bioLong : null}
        onChange={(event) => setBio(event.target.value)}
      />
      {update.error ? <FormError>{errorText(update.error, t)}</FormError> : null}
      <Button type="submit" className="self-start" pending={update.isPending} disabled={!isChanged}>
        {t.common.save}
      </Button>
    </form>
  );
}
