import { type FormEvent, useId, useState } from "react";
import { useLocation } from "wouter";
import { ApiError } from "../../api/client.ts";
import { errorText } from "../../api/error-text.ts";
import { useT } from "../../i18n/index.ts";
import { useChatT } from "../../i18n/lazy-words.ts";
import type { Person } from "../../realtime/views.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { useOpenConversation } from "./chat.hooks.ts";
import { GROUP_NAME_MAX_CHARS, GROUP_PEOPLE_MAX } from "./limits.ts";
import { PeoplePicker } from "./people-picker.tsx";

/** Whom to write to: one person, or several as a group with a name. */
export function NewConversation({ onClose }: { onClose: () => void }) {
  const t = useChatT();
  const words = useT();
  const [, navigate] = useLocation();
  const open = useOpenConversation();
  const [picked, setPicked] = useState<Person[]>([]);
  const [name, setName] = useState("");
  const isGroup = picked.length > 1;
  const isLong = name.trim().length > GROUP_NAME_MAX_CHARS;
  const formId = useId();
  const start = (event: FormEvent) => {
    event.preventDefault();
    if (picked.length === 0 || isLong || open.isPending) return;
    open.mutate(
      {
        participantIds: picked.map((person) => person.id),
        ...(isGroup && name.trim() ? { name: name.trim() } : {}),
      },
      {
        onSuccess: (conversation) => {
          onClose();
          navigate(`/messages/${conversation.id}`);
        },
      },
    );
  };
  return (
    <Dialog
      title={t.newTitle}
      onClose={onClose}
      footer={
        <>
          <Button variant="secondary" onClick={onClose}>
            {words.common.cancel}
          </Button>
          <Button type="submit" form={formId} pending={open.isPending} disabled={picked.length === 0}>
            {isGroup ? t.startGroupAction : t.startDirectly}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={start} noValidate className="flex flex-col gap-4 pt-1">
        <PeoplePicker label={t.to} picked={picked} onChange={setPicked} max={GROUP_PEOPLE_MAX - 1} />
        {isGroup ? (
          <TextField
            label={t.groupName}
            hint={t.groupNameHint}
            value={name}
            error={isLong ? t.groupNameLong : null}
            onChange={(event) => setName(event.target.value)}
          />
        ) : null}
        {open.error ? (
          <p role="alert" className="text-bad">
            {open.error instanceof ApiError ? errorText(open.error, words) : t.openFailed}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}
