import { Check, CheckCheck, CircleAlert, Clock, Eye } from "lucide-react";
import type { ReactNode } from "react";
import { useChatT } from "../../../../i18n/lazy-words.ts";
import { cx } from "../../../../ui/cx.ts";

export type MessageState = "sending" | "waiting" | "failed" | "sent" | "delivered" | "read";

const ICON = { size: 14, strokeWidth: 2, "aria-hidden": true, className: "shrink-0" } as const;
const ICONS: Record<MessageState, ReactNode> = {
  sending: <Clock {...ICON} />,
  waiting: <Clock {...ICON} />,
  failed: <CircleAlert {...ICON} />,
  sent: <Check {...ICON} />,
  delivered: <CheckCheck {...ICON} />,
  read: <Eye {...ICON} />,
};

/** How far one's own message got: a sign and its word. Where the word would be noise, only those who listen hear it. */
export function MessageStatus({
  state,
  text,
  isWordShown,
}: {
  state: MessageState;
  /** Instead of the state's own word, such as "Read by 3". */
  text?: string | undefined;
  isWordShown: boolean;
}) {
  const t = useChatT();
  const word = text ?? (state === "waiting" ? t.willSend : t[state]);
  return (
    <span
      data-status={state}
      title={word}
      className={cx("inline-flex items-center gap-1", state === "failed" && "font-semibold text-bad")}
    >
      {text === undefined ? ICONS[state] : ICONS.read}
      <span className={isWordShown ? undefined : "sr-only"}>{word}</span>
    </span>
  );
}
