import { createContext, type ReactNode, useContext } from "react";
import { type ChatSession, openChatSession } from "./chat-session.ts";

const ChatSessionContext = createContext<ChatSession | null>(null);

/** Provides the account's chat session to the components below. */
export function ChatSessionProvider({ accountId, children }: { accountId: string; children: ReactNode }) {
  return <ChatSessionContext value={openChatSession(accountId)}>{children}</ChatSessionContext>;
}

/** The chat session of the signed-in account. */
export function useChatSession(): ChatSession {
  const session = useContext(ChatSessionContext);
  if (!session) throw new Error("useChatSession is called outside of ChatSessionProvider");
  return session;
}
