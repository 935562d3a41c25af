/** The limit of messages to somebody who has not accepted the message request. Pure. */
import type { Conversation } from "../../../realtime/views.ts";
import { partnerOf } from "../text/conversation-text.ts";
import type { ShownMessage } from "./chat.types.ts";
import { REQUEST_MESSAGES_MAX } from "./limits.ts";

/**
 * The local error code of a message refused because of this limit. The server answers FORBIDDEN, as for a
 * block.
 */
export const NOT_ACCEPTED = "NOT_ACCEPTED";

/** True while the other member has not accepted the request and the viewer may send. */
export function isUnanswered(conversation: Conversation, meId: string): boolean {
  const { state, canSend } = conversation.viewer;
  return partnerOf(conversation, meId)?.state === "requested" && state === "accepted" && canSend;
}

/** True when no more messages may be sent. Refused messages do not count; deleted ones do. */
export function isAtRequestLimit(
  conversation: Conversation,
  messages: readonly ShownMessage[],
  meId: string,
): boolean {
  const sent = messages.filter(
    ({ senderId, kind, local }) => senderId === meId && kind === "text" && local?.state !== "failed",
  );
  return isUnanswered(conversation, meId) && sent.length >= REQUEST_MESSAGES_MAX;
}

/**
 * The cause of a refusal, from the conversation at that moment, because the other member may accept or
 * block later.
 */
export function causeOf(code: string, conversation: Conversation | null, meId: string): string {
  const isOverLimit = code === "FORBIDDEN" && conversation !== null && isUnanswered(conversation, meId);
  return isOverLimit ? NOT_ACCEPTED : code;
}
