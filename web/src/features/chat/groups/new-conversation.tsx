import { UsersRound } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { useLocation } from "wouter";
import { ApiError } from "../../../api/api-error.ts";
import { errorText } from "../../../api/error-text.ts";
import { useT } from "../../../i18n/index.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Person } from "../../../realtime/views.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/form/text-field.tsx";
import { useOpenConversation } from "../data/conversation.mutations.ts";
import { GROUP_NAME_MAX_CHARS, GROUP_PEOPLE_MAX } from "../data/limits.ts";
import { PeoplePicker } from "./people-picker.tsx";

/** Starts a conversation with the picked person at once, or a group with several people and a name. */
export function NewConversation({ onClose }: { onClose: () => void }) {
  const t = useChatT();
  const appT = useT();
  const [, navigate] = useLocation();
  const open = useOpenConversation();
  // Null while no group is being created.
  const [group, setGroup] = useState<Person[] | null>(null);
  const [name, setName] = useState("");
  const groupName = name.trim();
  const isLong = groupName.length > GROUP_NAME_MAX_CHARS;
  // With one other person and no name the server would open the direct conversation.
  const isGroup = group !== null && (group.length > 1 || (group.length === 1 && groupName !== ""));
  const formId = useId();
  const start = (people: readonly Person[], as: { name?: string } = {}) => {
    if (open.isPending) return;
    open.mutate(
      { participantIds: people.map((person) => person.id), ...as },
      {
        onSuccess: (conversation) => {
          onClose();
          navigate(`/messages/${conversation.id}`);
        },
      },
    );
  };
  const startGroup = (event: FormEvent) => {
    event.preventDefault();
    if (group && isGroup && !isLong) start(group, groupName ? { name: groupName } : {});
  };
  return (
    <Dialog
      title={group ? t.newGroup : t.newTitle}
      onClose={onClose}
      footer={
        group ? (
          <>
            <Button variant="secondary" onClick={() => setGroup(null)}>
              {appT.common.back}
            </Button>
            <Button type="submit" form={formId} pending={open.isPending} disabled={!isGroup || isLong}>
              {t.startGroupAction}
            </Button>
          </>
        ) : null
      }
    >
      <form id={formId} onSubmit={startGroup} noValidate className="flex flex-col gap-4 pt-1">
        {group ? (
          <TextField
            label={t.groupName}
            hint={t.groupNameHint}
            value={name}
            error={isLong ? t.groupNameLong : null}
            onChange={(event) => setName(event.target.value)}
          />
        ) : null}
        <PeoplePicker
          key={group ? "group" : "one"}
          label={t.to}
          picked={group ?? []}
          onChange={group ? setGroup : start}
          max={GROUP_PEOPLE_MAX - 1}
          isBusy={open.isPending}
        >
          {group ? null : (
            <button
              type="button"
              onClick={() => setGroup([])}
              className="mt-2 flex min-h-13 w-full items-center gap-3 rounded-sm px-2 py-1.5 text-left font-semibold hover:bg-sunken"
            >
              <span
                aria-hidden
                className="inline-flex size-10 shrink-0 items-center justify-center rounded-full bg-accent-soft text-accent"
              >
                <UsersRound size={20} strokeWidth={1.75} />
              </span>
              {t.newGroup}
            </button>
          )}
        </PeoplePicker>
        {open.error ? (
          <p role="alert" className="text-bad">
            {open.error instanceof ApiError ? errorText(open.error, appT) : t.openFailed}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}
