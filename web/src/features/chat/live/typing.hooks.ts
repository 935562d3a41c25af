import { useEffect, useMemo } from "react";
import { useStore } from "../../../api/create-store.ts";
import { useChatSession } from "../session/chat-session-context.tsx";
import { createTypingReporter } from "./typing.ts";

const NOBODY: readonly string[] = [];

/** The ids of the other members who are typing, whether or not the conversation is open. */
export function useTypingMembers(id: string): readonly string[] {
  return useStore(useChatSession().typing, (byConversation) => byConversation.get(id) ?? NOBODY);
}

/** Sends typing indicators for the composer. */
export function useTypingReporter(id: string): { onInput: () => void; stopTyping: () => void } {
  const { connections } = useChatSession();
  const reporter = useMemo(
    () =>
      createTypingReporter({
        now: () => performance.now(),
        send: (type) => connections.send(id, { type }),
      }),
    [connections, id],
  );
  useEffect(() => () => reporter.stop(), [reporter]);
  return { onInput: reporter.onInput, stopTyping: reporter.stop };
}
