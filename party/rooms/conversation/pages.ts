/** Reads of a conversation over HTTP, from the room. */
import type { Conversation as ConversationView } from "../../../db/views/conversation.view.ts";
import type { MessagePage, Refused } from "../../rpc.ts";
import type { ConversationCore } from "./conversation-core.ts";
import { conversationFor, memberStateFor, redactMessage } from "./redaction.ts";
import { refused } from "./roster.ts";

export const PAGE_MAX_MESSAGES = 100;

/** Messages before a seq (without one: the newest), as this viewer sees them. */
export function pageOf(
  { roster, messages }: ConversationCore,
  userId: string,
  { before, limit }: { before?: number | undefined; limit: number },
): MessagePage | Refused {
  const refusal = roster.refusal(userId, "conversation.read");
  if (refusal) return refusal;
  const page = messages.before(before ?? messages.head + 1, Math.min(limit, PAGE_MAX_MESSAGES));
  const onPage = new Set(page.messages.map(({ seq }) => seq));
  const quotedSeqs = [...new Set(page.messages.flatMap(({ replyTo }) => replyTo ?? []))].filter(
    (seq) => !onPage.has(seq),
  );
  const quoted = quotedSeqs.flatMap((seq) => messages.at(seq) ?? []);
  const found = new Set(quoted.map(({ seq }) => seq));
  return {
    ok: true,
    items: page.messages.map((message) => redactMessage(message, roster, userId)),
    quoted: quoted.map((message) => redactMessage(message, roster, userId)),
    quotedElsewhere: quotedSeqs.filter((seq) => !found.has(seq)),
    isWhole: page.isWhole,
  };
}

/** The conversation as this viewer sees it now. */
export function overviewOf(
  { roster, states, last }: ConversationCore,
  userId: string,
): { ok: true; conversation: ConversationView } | Refused {
  const member = roster.members.get(userId);
  const state = states.get(userId);
  if (!member || !state) return refused("NOT_FOUND", "no such conversation");
  return {
    ok: true,
    conversation: {
      ...memberStateFor(roster, member, state, last),
      ...conversationFor(roster, states, member),
    },
  };
}
