import { CornerUpLeft, SmilePlus } from "lucide-react";
import { useChatT } from "../../../../i18n/lazy-dictionaries.ts";
import { IconButton } from "../../../../ui/button.tsx";
import { cx } from "../../../../ui/cx.ts";
import { EmojiButton } from "../../composer/emoji-button.tsx";
import type { ShownMessage } from "../../data/chat.types.ts";
import type { MessageAction } from "./message-actions.ts";
import { MessageMenu } from "./message-menu.tsx";
import type { RowHandlers } from "./row-handlers.ts";

/** Beside a message that is hovered or has the focus: react, reply, and a menu with the other actions. */
export function MessageToolbar({
  message,
  actions,
  isOwn,
  tabIndex,
  handlers,
}: {
  message: ShownMessage;
  actions: readonly MessageAction[];
  isOwn: boolean;
  tabIndex: number;
  handlers: RowHandlers;
}) {
  const t = useChatT();
  return (
    <div
      className={cx(
        "absolute top-0.5 z-10 hidden rounded-full border border-line bg-surface text-base shadow-lift pointer-fine:flex",
        "opacity-0 transition-opacity duration-120 group-hover/row:opacity-100 focus-within:opacity-100",
        "has-[[aria-expanded=true]]:opacity-100",
        isOwn ? "right-full mr-1" : "left-full ml-1",
      )}
    >
      {actions.includes("react") ? (
        <EmojiButton
          label={t.react}
          isQuick
          icon={<SmilePlus size={18} strokeWidth={1.75} />}
          align={isOwn ? "end" : "start"}
          tabIndex={tabIndex}
          className="size-8"
          onPick={(emoji) => handlers.react(message, emoji, true)}
        />
      ) : null}
      {actions.includes("reply") ? (
        <IconButton
          label={t.reply}
          tabIndex={tabIndex}
          onClick={() => handlers.act(message, "reply")}
          className="size-8"
        >
          <CornerUpLeft size={18} strokeWidth={1.75} />
        </IconButton>
      ) : null}
      <MessageMenu actions={actions} tabIndex={tabIndex} onAct={(action) => handlers.act(message, action)} />
    </div>
  );
}
