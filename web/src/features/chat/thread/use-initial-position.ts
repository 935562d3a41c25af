import { useEffect, useEffectEvent, useState } from "react";
import type { Conversation } from "../../../realtime/views.ts";
import type { MessageList } from "../data/chat.types.ts";

/** With more unread messages than this the list opens at its end instead of at the first unread one. */
const UNREAD_LOADED_MAX = 300;

/**
 * Loads messages back to the first unread one and to the one in the URL (`at`, 0 for none). Returns true
 * once they are loaded, because the initial scroll position depends on them. A list opened at a wrong
 * position would mark messages as read.
 */
export function useInitialPosition(
  conversation: Conversation | null,
  list: MessageList,
  at: number,
): boolean {
  const [isReady, setReady] = useState(false);
  const isLoaded = conversation !== null && !list.isPending && list.error === null;
  const load = useEffectEvent(async () => {
    if (at > 0) await list.loadUntil(at);
    const first = list.messages.find((message) => !message.local)?.seq ?? 0;
    const firstUnread = (conversation?.readSeq ?? 0) + 1;
    const unread = conversation?.unread ?? 0;
    if (unread > 0 && unread <= UNREAD_LOADED_MAX && first > firstUnread) await list.loadUntil(firstUnread);
  });
  useEffect(() => {
    if (!isLoaded) return;
    let isCurrent = true;
    const open = async () => {
      await load().catch(() => {});
      if (isCurrent) setReady(true);
    };
    void open();
    return () => {
      isCurrent = false;
    };
  }, [isLoaded]);
  return isReady;
}
