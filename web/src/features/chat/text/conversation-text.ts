/** Titles, notices and previews in the reader's language. Pure. */
import type { Chat } from "../../../i18n/en/chat.ts";
import type { Conversation, Member, Message, Notice, Person } from "../../../realtime/views.ts";

/** The number of names in the title of a group without a name. */
const NAMES_SHOWN = 3;

/** All members except the viewer. */
export function othersIn(conversation: Pick<Conversation, "participants">, meId: string): Member[] {
  return conversation.participants.filter((person) => person.id !== meId);
}

/** The other member of a direct conversation; null in a group, and when that account was deleted. */
export function partnerOf(conversation: Conversation, meId: string): Member | null {
  return conversation.kind === "direct" ? (othersIn(conversation, meId)[0] ?? null) : null;
}

/** The title of a conversation: the partner's name, the group's name, or the names of its members. */
export function titleOf(conversation: Conversation, meId: string, t: Chat): string {
  const others = othersIn(conversation, meId);
  if (conversation.kind === "direct") return others[0]?.name ?? t.someone;
  if (conversation.name) return conversation.name;
  if (others.length === 0) return t.nobodyElse;
  const names = others
    .slice(0, NAMES_SHOWN)
    .map((person) => person.name)
    .join(", ");
  return others.length > NAMES_SHOWN ? t.andMore(names, others.length - NAMES_SHOWN) : names;
}

/** The first names of the other members of a named group; null when the title lists the members already. */
export function firstNamesIn(conversation: Conversation, meId: string): string | null {
  if (conversation.kind !== "group" || conversation.name === null) return null;
  const names = othersIn(conversation, meId).map((person) => person.name.trim().split(/\s+/)[0]);
  return names.length > 0 ? names.join(", ") : null;
}

/** The name of a message's sender, or the text for a deleted account. */
export function nameOf(id: string | null, people: ReadonlyMap<string, Person>, t: Chat): string {
  return (id === null ? null : people.get(id)?.name) ?? t.goneAuthor;
}

/** All people whose names are known: the members, and the people in notices, who may have left. */
export function peopleIn(
  conversation: Pick<Conversation, "participants" | "lastMessage">,
  messages: readonly Message[] = [],
): Map<string, Person> {
  const people = new Map<string, Person>();
  for (const message of messages)
    for (const person of message.notice?.people ?? []) people.set(person.id, person);
  for (const person of conversation.lastMessage?.notice?.people ?? []) people.set(person.id, person);
  for (const person of conversation.participants) people.set(person.id, person);
  return people;
}

/** "Ann added Ben", "You left". */
export function noticeText(
  notice: Notice,
  senderId: string | null,
  people: ReadonlyMap<string, Person>,
  meId: string,
  t: Chat,
): string {
  const texts = t.notices;
  const isOwn = senderId === meId;
  const sender = nameOf(senderId, people, t);
  const names = notice.people
    .map((person) => (person.id === meId ? texts.you : (people.get(person.id)?.name ?? person.name)))
    .join(", ");
  switch (notice.type) {
    case "created":
      return isOwn ? texts.createdYou : texts.created(sender);
    case "renamed":
      if (notice.name === null) return isOwn ? texts.unnamedYou : texts.unnamed(sender);
      return isOwn ? texts.renamedYou(notice.name) : texts.renamed(sender, notice.name);
    case "added":
      // A member who left came back.
      if (notice.people.length === 1 && notice.people[0]?.id === senderId)
        return isOwn ? texts.rejoinedYou : texts.rejoined(sender);
      return isOwn ? texts.addedYou(names) : texts.added(sender, names);
    case "removed":
      return isOwn ? texts.removedYou(names) : texts.removed(sender, names);
    case "left": {
      const [leaver] = notice.people;
      const id = leaver?.id ?? senderId;
      return id === meId ? texts.leftYou : texts.left(leaver?.name ?? nameOf(id, people, t));
    }
    case "promoted":
      // No sender: the server promotes a member when the last admin leaves.
      if (senderId === null) return texts.becameAdmin(names);
      return isOwn ? texts.promotedYou(names) : texts.promoted(sender, names);
    case "demoted":
      return isOwn ? texts.demotedYou(names) : texts.demoted(sender, names);
    default:
      return notice.type satisfies never;
  }
}

/** Text with its whitespace collapsed, for one line in a list. */
export const oneLine = (text: string): string => text.trim().replace(/\s+/g, " ");

/** The preview of a conversation's newest message. */
export function previewOf(conversation: Conversation, meId: string, t: Chat): string {
  const last = conversation.lastMessage;
  if (!last) return t.noMessages;
  const people = peopleIn(conversation);
  if (last.kind === "notice") {
    return last.notice ? noticeText(last.notice, last.senderId, people, meId, t) : t.noMessages;
  }
  const text = last.isDeleted ? t.deleted : last.preview;
  if (last.senderId === meId) return t.you(text);
  if (conversation.kind === "direct") return text;
  return t.messageBy(nameOf(last.senderId, people, t), text);
}
