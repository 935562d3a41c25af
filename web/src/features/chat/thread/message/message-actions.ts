/** Which actions a message offers. Pure. */
import type { ShownMessage } from "../../data/chat.types.ts";

export type MessageAction = "reply" | "react" | "copy" | "details" | "edit" | "delete" | "discard";

/** The actions a message offers to the viewer, in the order they are shown. */
export function actionsOf(
  message: ShownMessage,
  {
    isOwn,
    canSend,
    canReply,
    isGroup,
  }: {
    isOwn: boolean;
    canSend: boolean;
    /** False when no more messages may be sent; sent ones can still be changed. */
    canReply: boolean;
    isGroup: boolean;
  },
): MessageAction[] {
  if (message.kind !== "text" || message.isDeleted || message.isHidden) return [];
  // An unsent message can be copied and discarded. A refused one has retry and discard buttons of its own.
  if (message.local) return message.local.state === "waiting" ? ["copy", "discard"] : ["copy"];
  return [
    ...(canSend ? (["react"] as const) : []),
    ...(canSend && canReply ? (["reply"] as const) : []),
    "copy",
    ...(isOwn && isGroup ? (["details"] as const) : []),
    ...(isOwn && canSend ? (["edit"] as const) : []),
    ...(isOwn ? (["delete"] as const) : []),
  ];
}
