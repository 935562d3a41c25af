/** The name under which api/drafts.ts keeps a conversation's draft. */
export function draftName(accountId: string, conversationId: string): string {
  return `chat.${accountId}.${conversationId}`;
}
