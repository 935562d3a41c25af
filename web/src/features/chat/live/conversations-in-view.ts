/** Which conversation is looked at to its end: what comes there is seen as it comes, and never counts as unread. */
const atEnd = new Set<string>();

/** Whether the end of a conversation is in sight in its window. */
export function noteAtEnd(conversationId: string, isAtEnd: boolean): void {
  if (isAtEnd) atEnd.add(conversationId);
  else atEnd.delete(conversationId);
}

/** True when its end is in sight, and somebody sits before the window. */
export function isWatched(conversationId: string): boolean {
  return atEnd.has(conversationId) && document.visibilityState === "visible" && document.hasFocus();
}
