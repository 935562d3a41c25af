import { useEffect, useRef, useState } from "react";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Person } from "../../../realtime/views.ts";
import type { ShownMessage } from "../data/chat.types.ts";
import { nameOf } from "../text/conversation-text.ts";
import { newestSeq } from "./thread-rows.ts";

const KEPT_MAX = 3;

/** Announces new messages of other members to screen readers: "Ben: See you at six". */
export function MessageAnnouncer({
  messages,
  meId,
  people,
}: {
  messages: readonly ShownMessage[];
  meId: string;
  people: ReadonlyMap<string, Person>;
}) {
  const t = useChatT();
  const announcedSeq = useRef(newestSeq(messages));
  const [announcements, setAnnouncements] = useState<{ key: string; text: string }[]>([]);
  useEffect(() => {
    const fresh = messages.filter(
      (message) =>
        message.seq > announcedSeq.current &&
        message.kind === "text" &&
        message.senderId !== meId &&
        !message.isHidden &&
        !message.isDeleted,
    );
    announcedSeq.current = Math.max(announcedSeq.current, newestSeq(messages));
    if (fresh.length === 0) return;
    const added = fresh.map((message) => ({
      key: message.key,
      text: t.messageBy(nameOf(message.senderId, people, t), message.body),
    }));
    setAnnouncements((before) => [...before, ...added].slice(-KEPT_MAX));
  }, [messages, meId, people, t]);
  return (
    <div className="sr-only" data-testid="announcements">
      {announcements.map(({ key, text }) => (
        <p key={key}>{text}</p>
      ))}
    </div>
  );
}
