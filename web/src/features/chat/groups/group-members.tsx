import { UserRoundPlus } from "lucide-react";
import { useRef, useState } from "react";
import { Link } from "wouter";
import { useT } from "../../../i18n/index.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation, Member, Person, Presence } from "../../../realtime/views.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { Menu, MenuItem } from "../../../ui/menu.tsx";
import { PresenceAvatar } from "../../presence/presence-avatar.tsx";
import { useAddMembers, useRemoveMember, useSetRole } from "../data/conversation.mutations.ts";
import { GROUP_PEOPLE_MAX } from "../data/limits.ts";
import { PeoplePicker } from "./people-picker.tsx";

/** The members of a group. Admins can add and remove members and change roles. */
export function GroupMembers({
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
  const [removing, setRemoving] = useState<Member | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  /**
   * The element that gets the focus when the dialog closes, because the removed member's menu button no
   * longer exists.
   */
  const returnFocus = useRef<HTMLHeadingElement | null>(null);
  const remove = useRemoveMember(conversation.id);
  const role = useSetRole(conversation.id);
  const people = conversation.participants.toSorted(
    (one, other) =>
      Number(other.role === "admin") - Number(one.role === "admin") || one.name.localeCompare(other.name),
  );
  return (
    <section aria-labelledby="members">
      <div className="flex min-h-11 items-center justify-between gap-3">
        <h3 ref={heading} id="members" tabIndex={-1} className="font-semibold outline-none">
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
        <AddMembers conversation={conversation} onDone={() => setAdding(false)} onFailed={onFailed} />
      ) : null}
      <ul>
        {people.map((person) => (
          <li key={person.id} className="flex min-h-14 items-center gap-3">
            <PresenceAvatar person={person} presence={presence.get(person.id)} />
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
                <MenuItem
                  tone="danger"
                  onSelect={() => {
                    returnFocus.current = null;
                    setRemoving(person);
                  }}
                >
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
          returnFocus={returnFocus}
          onConfirm={() =>
            remove.mutate(
              { userId: removing.id },
              {
                onSuccess: () => {
                  returnFocus.current = heading.current;
                  setRemoving(null);
                },
                onError: onFailed,
              },
            )
          }
          onClose={() => setRemoving(null)}
        />
      ) : null}
    </section>
  );
}

function AddMembers({
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
  const add = useAddMembers(conversation.id);
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
