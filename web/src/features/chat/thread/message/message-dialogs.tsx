import type { RefObject } from "react";
import { useT } from "../../../../i18n/index.ts";
import { useChatT } from "../../../../i18n/lazy-dictionaries.ts";
import type { Conversation } from "../../../../realtime/views.ts";
import { ConfirmDialog } from "../../../../ui/dialog.tsx";
import { toast } from "../../../../ui/toast.tsx";
import type { ShownMessage } from "../../data/chat.types.ts";
import { useDeleteMessage } from "../../data/message.mutations.ts";
import { actionsOf } from "./message-actions.ts";
import { MessageSheet } from "./message-menu.tsx";
import { ReadByDialog } from "./read-by-dialog.tsx";
import type { RowHandlers } from "./row-handlers.ts";

export interface OpenDialog {
  message: ShownMessage;
  kind: "delete" | "details" | "sheet";
}

/** The dialogs of one message: its actions for touch screens, who has read it, and whether to delete it. */
export function MessageDialogs({
  dialog,
  conversation,
  meId,
  canReply,
  returnFocus,
  handlers,
  onDeleted,
  onClose,
}: {
  dialog: OpenDialog | null;
  conversation: Conversation;
  meId: string;
  canReply: boolean;
  /** The element that gets the focus when the dialog closes; null for the element that had it before. */
  returnFocus: RefObject<{ focus(): void } | null>;
  handlers: RowHandlers;
  /** Called before the dialog closes. */
  onDeleted: () => void;
  onClose: () => void;
}) {
  const t = useChatT();
  const common = useT().common;
  const deleting = useDeleteMessage(conversation.id);
  if (dialog === null) return null;
  const { message, kind } = dialog;
  const { viewer } = conversation;
  switch (kind) {
    case "sheet":
      return (
        <MessageSheet
          author={handlers.nameOf(message.senderId)}
          text={message.body}
          actions={actionsOf(message, {
            isOwn: message.senderId === meId,
            canSend: viewer.canSend && viewer.state !== "requested",
            canReply,
            isGroup: conversation.kind === "group",
          })}
          returnFocus={returnFocus}
          onAct={(action) => handlers.act(message, action)}
          onReact={(emoji) => handlers.react(message, emoji, true)}
          onClose={onClose}
        />
      );
    case "details":
      return <ReadByDialog message={message} conversation={conversation} meId={meId} onClose={onClose} />;
    case "delete":
      return (
        <ConfirmDialog
          title={t.removeTitle}
          text={t.removeText}
          confirmLabel={common.delete}
          pending={deleting.isPending}
          returnFocus={returnFocus}
          onConfirm={() =>
            deleting.mutate(
              { seq: message.seq },
              {
                onSuccess: () => {
                  onDeleted();
                  onClose();
                },
                onError: () => toast({ text: t.removeFailed, tone: "bad" }),
              },
            )
          }
          onClose={onClose}
        />
      );
    default:
      return kind satisfies never;
  }
}
