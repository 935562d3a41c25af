import { Copy, CornerUpLeft, Eye, type LucideIcon, PenLine, SmilePlus, Trash2 } from "lucide-react";
import { useChatT } from "../../../../i18n/lazy-dictionaries.ts";
import { cx } from "../../../../ui/cx.ts";
import { Dialog, type DialogProps } from "../../../../ui/dialog.tsx";
import { Menu, MenuItem } from "../../../../ui/menu.tsx";
import { QuickReactions } from "../../composer/emoji-button.tsx";
import type { MessageAction } from "./message-actions.ts";

/** Actions that cannot be undone. */
const isFinal = (action: MessageAction) => action === "delete" || action === "discard";

const ICONS: Record<MessageAction, LucideIcon> = {
  reply: CornerUpLeft,
  react: SmilePlus,
  copy: Copy,
  details: Eye,
  edit: PenLine,
  delete: Trash2,
  discard: Trash2,
};

function useActionNames(): Record<MessageAction, string> {
  const t = useChatT();
  return {
    reply: t.reply,
    react: t.react,
    copy: t.copy,
    details: t.details,
    edit: t.edit,
    delete: t.remove,
    discard: t.discard,
  };
}

/** The menu button beside a message. Reacting is not in it, because the toolbar has a button for that. */
export function MessageMenu({
  actions,
  tabIndex,
  onAct,
}: {
  actions: readonly MessageAction[];
  tabIndex: number;
  onAct: (action: MessageAction) => void;
}) {
  const t = useChatT();
  const names = useActionNames();
  return (
    <Menu label={t.actions} className="size-8" tabIndex={tabIndex}>
      {actions
        .filter((action) => action !== "react")
        .map((action) => {
          const Icon = ICONS[action];
          return (
            <MenuItem
              key={action}
              tone={isFinal(action) ? "danger" : "plain"}
              icon={<Icon size={18} strokeWidth={1.75} aria-hidden />}
              onSelect={() => onAct(action)}
            >
              {names[action]}
            </MenuItem>
          );
        })}
    </Menu>
  );
}

/**
 * The same actions for touch screens: a sheet with the reactions on top. It starts with the message's
 * text, because it may cover the message.
 */
export function MessageSheet({
  author,
  text,
  actions,
  returnFocus,
  onAct,
  onReact,
  onClose,
}: {
  author: string;
  text: string;
  actions: readonly MessageAction[];
  returnFocus: DialogProps["returnFocus"];
  onAct: (action: MessageAction) => void;
  onReact: (emoji: string) => void;
  onClose: () => void;
}) {
  const t = useChatT();
  const names = useActionNames();
  return (
    <Dialog title={t.actions} size="sm" returnFocus={returnFocus} onClose={onClose}>
      <blockquote className="mb-3 rounded-sm border-l-3 border-accent bg-sunken px-3 py-1.5 text-sm">
        <p className="truncate font-semibold text-accent">{author}</p>
        <p className="line-clamp-2 text-muted [overflow-wrap:anywhere]">{text}</p>
      </blockquote>
      {actions.includes("react") ? (
        <div className="mb-2 border-b border-line pb-2">
          <QuickReactions
            onPick={(emoji) => {
              onClose();
              onReact(emoji);
            }}
          />
        </div>
      ) : null}
      <ul className="-mx-2">
        {actions
          .filter((action) => action !== "react")
          .map((action) => {
            const Icon = ICONS[action];
            return (
              <li key={action}>
                <button
                  type="button"
                  onClick={() => {
                    onClose();
                    onAct(action);
                  }}
                  className={cx(
                    "flex min-h-12 w-full items-center gap-3 rounded-sm px-2 text-left hover:bg-sunken",
                    isFinal(action) && "text-bad",
                  )}
                >
                  <Icon size={20} strokeWidth={1.75} aria-hidden />
                  {names[action]}
                </button>
              </li>
            );
          })}
      </ul>
    </Dialog>
  );
}
