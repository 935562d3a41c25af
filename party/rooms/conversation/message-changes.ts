/** What a message becomes by an edit, a deletion or a reaction. Pure. */
import type { Message } from "../../../db/views/conversation.view.ts";
import type { ChangeCommand, Refused } from "../../rpc.ts";
import { DAY_MS } from "../kit/sql.ts";
import { type Roster, refused } from "./roster.ts";
import { sortReactions } from "./stored-message.ts";

export const EDIT_WINDOW_MS = DAY_MS;
/** Different emoji on one message. */
export const EMOJI_MAX = 20;

/** The changed message, or the same object when the command changes nothing. `editedAt` is called for an edit only. */
export function changeOf(
  message: Message,
  userId: string,
  command: ChangeCommand,
  roster: Roster,
  now: number,
  editedAt: () => string,
): Message | Refused {
  if (message.kind === "notice") return refused("FORBIDDEN", "notices cannot be changed");
  switch (command.type) {
    case "message.edit":
      return edit(message, userId, command.body, roster, now, editedAt);
    case "message.delete":
      return remove(message, userId, roster);
    case "message.react":
      return react(message, userId, command, roster);
    default:
      return command satisfies never;
  }
}

function edit(
  message: Message,
  userId: string,
  body: string,
  roster: Roster,
  now: number,
  editedAt: () => string,
): Message | Refused {
  const refusal = roster.refusal(userId, "message.edit");
  if (refusal) return refusal;
  if (message.senderId !== userId) return refused("FORBIDDEN", "not your message");
  if (message.isDeleted) return refused("GONE", "deleted");
  if (now - Date.parse(message.createdAt) > EDIT_WINDOW_MS) return refused("FORBIDDEN", "too late to edit");
  return message.body === body ? message : { ...message, body, editedAt: editedAt() };
}

/** The message keeps its seq and loses its content. */
function remove(message: Message, userId: string, roster: Roster): Message | Refused {
  const isOwn = message.senderId === userId;
  const refusal = roster.refusal(userId, isOwn ? "message.delete" : "message.deleteOthers");
  if (refusal) return refusal;
  return message.isDeleted ? message : { ...message, body: "", reactions: [], isDeleted: true };
}

function react(
  message: Message,
  userId: string,
  { emoji, isOn }: Extract<ChangeCommand, { type: "message.react" }>,
  roster: Roster,
): Message | Refused {
  const refusal = roster.refusal(userId, "message.react");
  if (refusal) return refusal;
  if (message.isDeleted) return refused("GONE", "deleted");
  if (message.senderId && roster.isGroup && roster.hiddenFrom(userId).has(message.senderId))
    return refused("NOT_FOUND", "hidden");
  const given = message.reactions.find((reaction) => reaction.emoji === emoji);
  if ((given?.userIds.includes(userId) ?? false) === isOn) return message;
  if (isOn && !given && message.reactions.length >= EMOJI_MAX)
    return refused("CONFLICT", `at most ${EMOJI_MAX} different emoji`);
  const others = given?.userIds.filter((id) => id !== userId) ?? [];
  const userIds = isOn ? [...others, userId] : others;
  const rest = message.reactions.filter((reaction) => reaction.emoji !== emoji);
  return { ...message, reactions: userIds.length > 0 ? sortReactions([...rest, { emoji, userIds }]) : rest };
}
