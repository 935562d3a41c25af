import { useEffect, useEffectEvent, useState } from "react";
import type { Conversation } from "../../../realtime/views.ts";
import type { MessageList } from "../data/chat.types.ts";

/** More unread than this are not loaded before it opens: then one begins at the end. */
const UNREAD_LOADED_MAX = 300;

/**
 * True once the messages are there, back to the first unread one and to the one the address asks for (`at`, 0 for none): only
 * then is known where the conversation opens. Opened elsewhere first, it would count as read what was in sight for a blink.
 */
export function useOpeningPlace(conversation: Conversation | null, list: MessageList, at: number): boolean {
  const [isReady, setReady] = useState(false);
  const isLoaded = conversation !== null && !list.isPending && list.error === null;
  const reach = useEffectEvent(async () => {
    if (at > 0) await list.reach(at);
    const first = list.messages.find((message) => !message.local)?.seq ?? 0;
    const next = (conversation?.readSeq ?? 0) + 1;
    const unread = conversation?.unread ?? 0;
    if (unread > 0 && unread <= UNREAD_LOADED_MAX && first > next) await list.reach(next);
  });
  useEffect(() => {
    if (!isLoaded) return;
    let isCurrent = true;
    const open = async () => {
      await reach().catch(() => {});
      if (isCurrent) setReady(true);
    };
    void open();
    return () => {
      isCurrent = false;
    };
  }, [isLoaded]);
  return isReady;
}
