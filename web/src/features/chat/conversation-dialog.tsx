import { LogOut, UserRoundPlus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Link, useLocation } from "wouter";
import { errorText } from "../../api/error-text.ts";
import { useT } from "../../i18n/index.ts";
import { useChatT } from "../../i18n/lazy-words.ts";
import type { Conversation, Participant, Person, Presence } from "../../realtime/views.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { Switch } from "../../ui/switch.tsx";
import { toast } from "../../ui/toast.tsx";
import { PresentAvatar } from "../presence/presence-dot.tsx";
import {
  useAddParticipants,
  useLeaveConversation,
  useRemoveParticipant,
  useRenameConversation,
  useSetRole,
  useSilence,
} from "./chat.hooks.ts";
import { partnerOf } from "./conversation-words.ts";
import { GROUP_NAME_MAX_CHARS, GROUP_PEOPLE_MAX } from "./limits.ts";
import { PeoplePicker } from "./people-picker.tsx";

/** A conversation's settings: silence for both kinds; name, people and leaving for a group. */
export function ConversationDialog({
  conversation,
  meId,
  presence,
  onClose,
}: {
  conversation: Conversation;
  meId: string;
  presence: ReadonlyMap<string, Presence>;
  onClose: () => void;
}) {
  const t = useChatT();
  const words = useT();
  const isGroup = conversation.kind === "group";
  const isAdmin = conversation.viewer.role === "admin";
  const partner = partnerOf(conversation, meId);
  const silence = useSilence(conversation.id);
  const failed = (error: Error) => toast({ text: errorText(error, words), tone: "bad" });
  return (
    <Dialog title={isGroup ? t.groupSettings : t.conversationSettings} onClose={onClose}>
      <div className="flex flex-col gap-5 pt-1">
        {isGroup && isAdmin ? <NameForm conversation={conversation} onFailed={failed} /> : null}
        {isGroup && !isAdmin && conversation.name ? (
          <p className="text-lg font-semibold">{conversation.name}</p>
        ) : null}
        <Switch
          label={t.silence}
          hint={t.silenceText}
          isOn={conversation.viewer.isMuted}
          isPending={silence.isPending}
          onChange={(isMuted) => silence.mutate({ isMuted }, { onError: failed })}
        />
        {partner ? (
          <Link
            href={`/@${partner.handle}`}
            className="flex items-center gap-3 rounded-card border border-line p-3 hover:bg-sunken"
          >
            <PresentAvatar person={partner} presence={presence.get(partner.id)} />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-semibold">{partner.name}</span>
              <span className="block truncate text-sm text-muted">{t.viewProfile}</span>
            </span>
          </Link>
        ) : null}
        {isGroup ? (
          <People
            conversation={conversation}
            meId={meId}
            isAdmin={isAdmin}
            presence={presence}
            onFailed={failed}
          />
        ) : null}
        {isGroup ? <Leave conversation={conversation} meId={meId} onFailed={failed} /> : null}
      </div>
    </Dialog>
  );
}

function NameForm({
  conversation,
  onFailed,
}: {
  conversation: Conversation;
  onFailed: (error: Error) => void;
}) {
  const t = useChatT();
  const common = useT().common;
  const rename = useRenameConversation(conversation.id);
  const [name, setName] = useState(conversation.name ?? "");
  const wanted = name.trim();
  const isLong = wanted.length > GROUP_NAME_MAX_CHARS;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isLong || rename.isPending || wanted === (conversation.name ?? "")) return;
    rename.mutate(
      { name: wanted || null },
      { onSuccess: () => toast({ text: t.saved, tone: "good" }), onError: onFailed },
    );
  };
  return (
    <form onSubmit={submit} noValidate className="flex items-end gap-2">
      <div className="min-w-0 flex-1">
        <TextField
          label={t.groupName}
          value={name}
          error={isLong ? t.groupNameLong : null}
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <Button
        type="submit"
        variant="secondary"
        pending={rename.isPending}
        disabled={isLong || wanted === (conversation.name ?? "")}
      >
        {common.save}
      </Button>
    </form>
  );
}

function People({
  conversation,
  meId,
  isAdmin,
  presence,
  onFailed,
}: {
  conversation: Conversation;
  meId: string;
  isAdmin: boolean;
  presence: ReadonlyMap<string, Presence>;
  onFailed: (error: Error) => void;
}) {
  const t = useChatT();
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Participant | null>(null);
  const remove = useRemoveParticipant(conversation.id);
  const role = useSetRole(conversation.id);
  const people = conversation.participants.toSorted(
    (one, other) =>
      Number(other.role === "admin") - Number(one.role === "admin") || one.name.localeCompare(other.name),
  );
  return (
    <section aria-labelledby="members">
      <div className="flex min-h-11 items-center justify-between gap-3">
        <h3 id="members" className="font-semibold">
          {t.membersTitle(people.length)}
        </h3>
        {isAdmin && !isAdding ? (
          <Button
            size="sm"
            variant="secondary"
            onClick={() => setAdding(true)}
            icon={<UserRoundPlus size={16} strokeWidth={1.75} aria-hidden />}
          >
            {t.addPeople}
          </Button>
        ) : null}
      </div>
      {isAdding ? (
        <AddPeople conversation={conversation} onDone={() => setAdding(false)} onFailed={onFailed} />
      ) : null}
      <ul>
        {people.map((person) => (
          <li key={person.id} className="flex min-h-14 items-center gap-3">
            <PresentAvatar person={person} presence={presence.get(person.id)} />
            <span className="min-w-0 flex-1">
              <Link href={`/@${person.handle}`} className="block truncate font-semibold hover:underline">
                {person.name}
              </Link>
              <span className="block truncate text-sm text-muted">
                @{person.handle}
                {person.state === "requested" ? ` · ${t.invited}` : ""}
              </span>
            </span>
            {person.role === "admin" ? (
              <span className="shrink-0 rounded-full bg-sunken px-2.5 py-0.5 text-sm font-medium text-muted">
                {t.admin}
              </span>
            ) : null}
            {isAdmin && person.id !== meId ? (
              <Menu label={t.personActions(person.name)}>
                <MenuItem
                  onSelect={() =>
                    role.mutate(
                      { userId: person.id, role: person.role === "admin" ? "member" : "admin" },
                      { onError: onFailed },
                    )
                  }
                >
                  {person.role === "admin" ? t.removeAdmin : t.makeAdmin}
                </MenuItem>
                <MenuItem tone="danger" onSelect={() => setRemoving(person)}>
                  {t.removePerson}
                </MenuItem>
              </Menu>
            ) : null}
          </li>
        ))}
      </ul>
      {removing ? (
        <ConfirmDialog
          title={t.removePersonTitle(removing.name)}
          text={t.removePersonText}
          confirmLabel={t.removePerson}
          pending={remove.isPending}
          onConfirm={() =>
            remove.mutate({ userId: removing.id }, { onSuccess: () => setRemoving(null), onError: onFailed })
          }
          onClose={() => setRemoving(null)}
        />
      ) : null}
    </section>
  );
}

function AddPeople({
  conversation,
  onDone,
  onFailed,
}: {
  conversation: Conversation;
  onDone: () => void;
  onFailed: (error: Error) => void;
}) {
  const t = useChatT();
  const common = useT().common;
  const add = useAddParticipants(conversation.id);
  const [picked, setPicked] = useState<Person[]>([]);
  return (
    <div className="my-2 rounded-card border border-line p-3">
      <PeoplePicker
        label={t.addPeople}
        picked={picked}
        onChange={setPicked}
        max={GROUP_PEOPLE_MAX - conversation.participants.length}
        without={conversation.participants.map((person) => person.id)}
      />
      <div className="mt-2 flex justify-end gap-2">
        <Button size="sm" variant="ghost" onClick={onDone}>
          {common.cancel}
        </Button>
        <Button
          size="sm"
          pending={add.isPending}
          disabled={picked.length === 0}
          onClick={() =>
            add.mutate({ ids: picked.map((person) => person.id) }, { onSuccess: onDone, onError: onFailed })
          }
        >
          {t.add}
        </Button>
      </div>
    </div>
  );
}

function Leave({
  conversation,
  meId,
  onFailed,
}: {
  conversation: Conversation;
  meId: string;
  onFailed: (error: Error) => void;
}) {
  const t = useChatT();
  const [, navigate] = useLocation();
  const [isAsking, setAsking] = useState(false);
  const leave = useLeaveConversation(conversation.id);
  const isLastAdmin =
    conversation.viewer.role === "admin" &&
    conversation.participants.length > 1 &&
    !conversation.participants.some((person) => person.role === "admin" && person.id !== meId);
  return (
    <>
      <Button
        variant="secondary"
        className="self-start text-bad!"
        onClick={() => setAsking(true)}
        icon={<LogOut size={18} strokeWidth={1.75} aria-hidden />}
      >
        {t.leave}
      </Button>
      {isAsking ? (
        <ConfirmDialog
          title={t.leaveTitle}
          text={isLastAdmin ? `${t.leaveText} ${t.leaveLastAdmin}` : t.leaveText}
          confirmLabel={t.leave}
          pending={leave.isPending}
          onConfirm={() =>
            leave.mutate(undefined, {
              onSuccess: () => {
                toast({ text: t.leftDone });
                navigate("/messages", { replace: true });
              },
              onError: onFailed,
            })
          }
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
