/** What a conversation's room answers to those who read it over HTTP. */
import type { Conversation as ConversationView } from "../../../db/views/conversation.view.ts";
import type { MessagePage, Refused } from "../../rpc.ts";
import type { Conversation } from "./conversation-core.ts";
import { refused } from "./roster.ts";
import { conversationFor, messageFor, numbersFor } from "./views.ts";

export const PAGE_MAX_MESSAGES = 100;

/** Messages before a place (from the newest on without one), as this viewer is shown them. */
export function pageOf(
  { roster, messages }: Conversation,
  userId: string,
  { before, limit }: { before?: number | undefined; limit: number },
): MessagePage | Refused {
  const refusal = roster.refusal(userId, "conversation.read");
  if (refusal) return refusal;
  const page = messages.before(before ?? messages.head + 1, Math.min(limit, PAGE_MAX_MESSAGES));
  const here = new Set(page.messages.map(({ seq }) => seq));
  const answered = [...new Set(page.messages.flatMap(({ replyTo }) => replyTo ?? []))].filter(
    (seq) => !here.has(seq),
  );
  const found = answered.flatMap((seq) => messages.at(seq) ?? []);
  const kept = new Set(found.map(({ seq }) => seq));
  return {
    ok: true,
    items: page.messages.map((message) => messageFor(message, roster, userId)),
    quoted: found.map((message) => messageFor(message, roster, userId)),
    quotedElsewhere: answered.filter((seq) => !kept.has(seq)),
    isWhole: page.isWhole,
  };
}

/** The whole of it, numbers as they are this moment. */
export function overviewOf(
  { roster, numbers, last }: Conversation,
  userId: string,
): { ok: true; conversation: ConversationView } | Refused {
  const person = roster.people.get(userId);
  const known = numbers.get(userId);
  if (!person || !known) return refused("NOT_FOUND", "no such conversation");
  const moving = numbersFor(roster, person, known, last);
  return { ok: true, conversation: { ...moving, ...conversationFor(roster, numbers, person) } };
}
