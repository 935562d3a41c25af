/** The key of a conversation's draft in api/drafts.ts. */
export function draftName(accountId: string, conversationId: string): string {
  return `chat.${accountId}.${conversationId}`;
}
