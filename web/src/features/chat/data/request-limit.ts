/** What may be said to somebody who has not said yes. Pure. */
import type { Conversation } from "../../../realtime/views.ts";
import type { ShownMessage } from "./chat.types.ts";
import { partnerOf } from "./conversation-text.ts";
import { REQUEST_MESSAGES_MAX } from "./limits.ts";

/** The code of a message that was refused because of it: the server calls that, and a block, FORBIDDEN. */
export const NOT_ACCEPTED = "NOT_ACCEPTED";

/** True while the other one has not accepted, and nothing else stands between. */
export function isUnanswered(conversation: Conversation, meId: string): boolean {
  const { state, canSend } = conversation.viewer;
  return partnerOf(conversation, meId)?.state === "requested" && state === "accepted" && canSend;
}

/** True once as much was said to them as may be. What was refused does not count, what was deleted does. */
export function isAtRequestLimit(
  conversation: Conversation,
  messages: readonly ShownMessage[],
  meId: string,
): boolean {
  const said = messages.filter(
    ({ senderId, kind, local }) => senderId === meId && kind === "text" && local?.state !== "failed",
  );
  return isUnanswered(conversation, meId) && said.length >= REQUEST_MESSAGES_MAX;
}

/** Why it was refused, as things stand now: they may accept later, or block. */
export function causeOf(code: string, conversation: Conversation | null, meId: string): string {
  const isTooMany = code === "FORBIDDEN" && conversation !== null && isUnanswered(conversation, meId);
  return isTooMany ? NOT_ACCEPTED : code;
}
