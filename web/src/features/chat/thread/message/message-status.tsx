import { Check, CheckCheck, CircleAlert, Clock, Eye } from "lucide-react";
import type { ReactNode } from "react";
import { useChatT } from "../../../../i18n/lazy-dictionaries.ts";
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

/**
 * The status of an own message: an icon and its text. Where the text would be repetitive only screen readers
 * get it.
 */
export function MessageStatus({
  state,
  text,
  isTextShown,
}: {
  state: MessageState;
  /** Replaces the default text of the state, for example "Read by 3". */
  text?: string | undefined;
  isTextShown: boolean;
}) {
  const t = useChatT();
  const label = text ?? (state === "waiting" ? t.willSend : t[state]);
  return (
    <span
      data-status={state}
      title={label}
      className={cx("inline-flex items-center gap-1", state === "failed" && "font-semibold text-bad")}
    >
      {text === undefined ? ICONS[state] : ICONS.read}
      <span className={isTextShown ? undefined : "sr-only"}>{label}</span>
    </span>
  );
}
