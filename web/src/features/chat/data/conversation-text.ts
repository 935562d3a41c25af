/** What a conversation is called and what its last line says, in the reader's words. Pure. */
import type { Chat } from "../../../i18n/en/chat.ts";
import type { Conversation, Message, Notice, Participant, Person } from "../../../realtime/views.ts";

/** How many names stand for a group without a name. */
const NAMES_SHOWN = 3;

/** Everybody but the viewer. */
export function othersIn(conversation: Pick<Conversation, "participants">, meId: string): Participant[] {
  return conversation.participants.filter((person) => person.id !== meId);
}

/** The other one of a direct conversation; null in a group, and when the account is gone. */
export function partnerOf(conversation: Conversation, meId: string): Participant | null {
  return conversation.kind === "direct" ? (othersIn(conversation, meId)[0] ?? null) : null;
}

/** The name over a conversation: the other's, the group's own, or the names of who is in it. */
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

/** Who else is in a named group, by first names; null where the title says it already. */
export function firstNamesIn(conversation: Conversation, meId: string): string | null {
  if (conversation.kind !== "group" || conversation.name === null) return null;
  const names = othersIn(conversation, meId).map((person) => person.name.trim().split(/\s+/)[0]);
  return names.length > 0 ? names.join(", ") : null;
}

/** The name of a message's sender, from whoever is known. */
export function nameOf(id: string | null, people: ReadonlyMap<string, Person>, t: Chat): string {
  return (id === null ? null : people.get(id)?.name) ?? t.goneAuthor;
}

/** Everybody whose name is known here: who is in it, and whom its notices name (they may have left since). */
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
  const words = t.notices;
  const isOwn = senderId === meId;
  const who = nameOf(senderId, people, t);
  const whom = notice.people
    .map((person) => (person.id === meId ? words.you : (people.get(person.id)?.name ?? person.name)))
    .join(", ");
  switch (notice.type) {
    case "created":
      return isOwn ? words.createdYou : words.created(who);
    case "renamed":
      if (notice.name === null) return isOwn ? words.unnamedYou : words.unnamed(who);
      return isOwn ? words.renamedYou(notice.name) : words.renamed(who, notice.name);
    case "added":
      return isOwn ? words.addedYou(whom) : words.added(who, whom);
    case "removed":
      return isOwn ? words.removedYou(whom) : words.removed(who, whom);
    case "left": {
      const [leaver] = notice.people;
      const id = leaver?.id ?? senderId;
      return id === meId ? words.leftYou : words.left(leaver?.name ?? nameOf(id, people, t));
    }
    case "promoted":
      // The one who leads next when the last admin leaves was chosen by nobody.
      if (senderId === null) return words.becameAdmin(whom);
      return isOwn ? words.promotedYou(whom) : words.promoted(who, whom);
    case "demoted":
      return isOwn ? words.demotedYou(whom) : words.demoted(who, whom);
    default:
      return notice.type satisfies never;
  }
}

/** Words as one line of a list has them. */
export const oneLine = (text: string): string => text.trim().replace(/\s+/g, " ");

/** The newest message of a conversation, in the list. */
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
