import { useLocation } from "wouter";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import { toast } from "../../../ui/toast.tsx";
import { answerRequest } from "../data/chat.api.ts";
import { useChatSession } from "../session/chat-session-context.tsx";

/** Returns to a group that the viewer left, and opens it. A toast says when that is not possible. */
export function useRejoin(id: string): () => void {
  const t = useChatT();
  const { client } = useChatSession();
  const [, navigate] = useLocation();
  return () => {
    // Not a mutation of a component: the toast that offers it outlives the page.
    answerRequest(id, true)
      .then(() => client.invalidateQueries())
      .then(() => navigate(`/messages/${id}`))
      .catch(() => toast({ text: t.rejoinFailed, tone: "bad" }));
  };
}
