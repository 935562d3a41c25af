/**
 * Which message lists are scrolled to their end. A message that arrives there is in view at once and does
 * not count as unread.
 */

export interface ConversationsInView {
  /** Called by the message list when its end comes into view or leaves it. */
  setAtEnd(conversationId: string, isAtEnd: boolean): void;
  /** True when the end of the message list is in view and the window has the focus. */
  isInView(conversationId: string): boolean;
}

export function createConversationsInView(hasFocus: () => boolean): ConversationsInView {
  const atEnd = new Set<string>();
  return {
    setAtEnd(conversationId, isAtEnd) {
      if (isAtEnd) atEnd.add(conversationId);
      else atEnd.delete(conversationId);
    },
    isInView: (conversationId) => atEnd.has(conversationId) && hasFocus(),
  };
}
