import { useEffect, useRef, useState } from "react";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Person } from "../../../realtime/views.ts";
import type { ShownMessage } from "../data/chat.types.ts";
import { nameOf } from "../data/conversation-text.ts";
import { newestSeq } from "./thread-rows.ts";

const KEPT = 3;

/** What others just wrote, for screen readers: "Ben: See you at six". Nothing of what was there before. */
export function SaidAloud({
  messages,
  meId,
  people,
}: {
  messages: readonly ShownMessage[];
  meId: string;
  people: ReadonlyMap<string, Person>;
}) {
  const t = useChatT();
  const heardUpTo = useRef(newestSeq(messages));
  const [lines, setLines] = useState<{ key: string; text: string }[]>([]);
  useEffect(() => {
    const fresh = messages.filter(
      (message) =>
        message.seq > heardUpTo.current &&
        message.kind === "text" &&
        message.senderId !== meId &&
        !message.isHidden &&
        !message.isDeleted,
    );
    heardUpTo.current = Math.max(heardUpTo.current, newestSeq(messages));
    if (fresh.length === 0) return;
    const said = fresh.map((message) => ({
      key: message.key,
      text: t.messageBy(nameOf(message.senderId, people, t), message.body),
    }));
    setLines((before) => [...before, ...said].slice(-KEPT));
  }, [messages, meId, people, t]);
  return (
    <div className="sr-only" data-testid="said-aloud">
      {lines.map((line) => (
        <p key={line.key}>{line.text}</p>
      ))}
    </div>
  );
}
