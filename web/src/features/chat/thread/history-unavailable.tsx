import { CloudOff } from "lucide-react";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation } from "../../../realtime/views.ts";
import { previewOf } from "../text/conversation-text.ts";

/**
 * Shown when messages cannot be loaded now: the last known message, and a text that says that writing
 * still works.
 */
export function HistoryUnavailable({ conversation, meId }: { conversation: Conversation; meId: string }) {
  const t = useChatT();
  return (
    <div role="status" className="flex flex-col items-center gap-1.5 px-8 pt-8 pb-4 text-center">
      <span
        aria-hidden
        className="mb-1.5 inline-flex size-14 items-center justify-center rounded-full bg-warn-soft text-warn"
      >
        <CloudOff size={26} strokeWidth={1.75} />
      </span>
      <p className="font-semibold">{t.unreached}</p>
      <p className="max-w-[44ch] text-pretty text-muted">{t.unreachedText}</p>
      {conversation.lastMessage ? (
        <p className="mt-2 line-clamp-2 max-w-[44ch] text-sm text-muted [overflow-wrap:anywhere]">
          {t.unreachedLast(previewOf(conversation, meId, t))}
        </p>
      ) : null}
    </div>
  );
}
