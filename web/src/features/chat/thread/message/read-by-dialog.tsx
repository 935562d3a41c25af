import { Check, CheckCheck, Eye } from "lucide-react";
import type { ReactNode } from "react";
import { useLocale } from "../../../../i18n/index.ts";
import { useChatT } from "../../../../i18n/lazy-dictionaries.ts";
import type { Conversation, Member } from "../../../../realtime/views.ts";
import { Avatar } from "../../../../ui/avatar.tsx";
import { Dialog } from "../../../../ui/dialog.tsx";
import type { ShownMessage } from "../../data/chat.types.ts";
import { othersIn } from "../../text/conversation-text.ts";
import { dayAndTime } from "../../text/message-time.ts";

const ICON = { size: 16, strokeWidth: 2, "aria-hidden": true } as const;

/** Which members of a group have read an own message, who has received it, and who has not. */
export function ReadByDialog({
  message,
  conversation,
  meId,
  onClose,
}: {
  message: ShownMessage;
  conversation: Conversation;
  meId: string;
  onClose: () => void;
}) {
  const t = useChatT();
  const others = othersIn(conversation, meId);
  const hasRead = (person: Member) => person.readSeq !== null && person.readSeq >= message.seq;
  const hasReceived = (person: Member) => person.deliveredSeq >= message.seq;
  const read = others.filter(hasRead);
  const received = others.filter((person) => !hasRead(person) && hasReceived(person));
  const waiting = others.filter((person) => !hasRead(person) && !hasReceived(person));
  return (
    <Dialog title={t.readByTitle} size="sm" onClose={onClose}>
      <People title={t.read} icon={<Eye {...ICON} />} people={read} timeOf={(person) => person.readAt} />
      {read.length === 0 ? <p className="py-1 text-muted">{t.readByNobody}</p> : null}
      <People
        title={t.delivered}
        icon={<CheckCheck {...ICON} />}
        people={received}
        timeOf={(person) => person.deliveredAt}
      />
      <People title={t.notYet} icon={<Check {...ICON} />} people={waiting} timeOf={() => null} />
      {others.some((person) => person.state === "accepted" && person.readSeq === null) ? (
        <p className="mt-3 text-sm text-muted">{t.receiptsHidden}</p>
      ) : null}
    </Dialog>
  );
}

function People({
  title,
  icon,
  people,
  timeOf,
}: {
  title: string;
  icon: ReactNode;
  people: readonly Member[];
  timeOf: (person: Member) => string | null;
}) {
  const locale = useLocale();
  if (people.length === 0) return null;
  return (
    <section className="mt-2">
      <h3 className="flex items-center gap-1.5 text-sm font-semibold text-muted">
        {icon}
        {title}
      </h3>
      <ul>
        {people.map((person) => {
          const at = timeOf(person);
          return (
            <li key={person.id} className="flex min-h-11 items-center gap-3">
              <Avatar person={person} size="sm" />
              <span className="min-w-0 flex-1 truncate">{person.name}</span>
              {at ? (
                <time dateTime={at} className="shrink-0 text-sm text-muted tabular-nums">
                  {dayAndTime(at, locale, Date.now())}
                </time>
              ) : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
