/**
 * Which message lists are scrolled to their end. What arrives there is seen at once and never counts as
 * unread.
 */

export interface ConversationsInView {
  /** The message list reports whether its end is in view. */
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
