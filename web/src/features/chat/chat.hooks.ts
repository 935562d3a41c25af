/**
 * What the screens of chat are built on. The numbers on the Messages icon are in `totals.ts` and the count of unsent
 * messages in `unsent.ts`, so that whoever shows only those loads nothing of this.
 */
import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import type { Conversation } from "../../realtime/views.ts";
import type {
  ConversationList,
  ConversationState,
  FoundMessages,
  MessageList,
  MessageSending,
  Typing,
} from "./chat.types.ts";

const nothing = { isPending: true, error: null, refetch: () => {} };
const more = { hasMore: false, isLoadingMore: false, loadMore: () => {} };

/** One's conversations, or the requests that wait for an answer. Kept true by events. */
export function useConversations(_state: "accepted" | "requested"): ConversationList {
  return { conversations: [], ...nothing, ...more };
}

/** One conversation with its people; holds its room's connection while shown. */
export function useConversation(_id: string): ConversationState {
  return { conversation: null, ...nothing };
}

/** The messages of a conversation, with one's own that are not sent yet. */
export function useMessages(_id: string): MessageList {
  return {
    messages: [],
    messageAt: () => null,
    hasOlder: false,
    isLoadingOlder: false,
    olderError: null,
    loadOlder: () => {},
    reach: async () => false,
    ...nothing,
  };
}

/** Sending that survives: written down on this device first, gone from there once the server has it. */
export function useSendMessage(_id: string): MessageSending {
  return { send: () => "", retry: () => {}, discard: () => {} };
}

/** Changes the words of one's own message. Shown when it is done. */
export function useEditMessage(_id: string): UseMutationResult<void, Error, { seq: number; body: string }> {
  return useMutation({ mutationFn: async () => {} });
}

/** Takes one's own message back, for everybody. Shown when it is done. */
export function useDeleteMessage(_id: string): UseMutationResult<void, Error, { seq: number }> {
  return useMutation({ mutationFn: async () => {} });
}

/** Reacts or takes it back: shown at once, undone when it fails (then `onFailure` hears why). */
export function useReact(
  _id: string,
  _onFailure: (error: unknown) => void,
): (seq: number, emoji: string, isOn: boolean) => void {
  return () => {};
}

/** Who types here, and telling that one does. */
export function useTyping(_id: string): Typing {
  return { typingPeople: [], noteTyping: () => {}, stopTyping: () => {} };
}

/** Call it with the newest place that is on the screen while the page is visible and focused; repeats cost nothing. */
export function useMarkRead(_id: string): (seq: number) => void {
  return () => {};
}

/** Opens a conversation: with one person the existing one or a new one; with several, or a name, a new group. */
export function useOpenConversation(): UseMutationResult<
  Conversation,
  Error,
  { participantIds: string[]; name?: string }
> {
  return useMutation({ mutationFn: async () => Promise.reject(new Error()) });
}

/** Accepts or declines a request. */
export function useAnswerRequest(_id: string): UseMutationResult<void, Error, { accepts: boolean }> {
  return useMutation({ mutationFn: async () => {} });
}

/** Names a group; null takes the name away. */
export function useRenameConversation(_id: string): UseMutationResult<void, Error, { name: string | null }> {
  return useMutation({ mutationFn: async () => {} });
}

/** Brings people into a group. */
export function useAddParticipants(_id: string): UseMutationResult<void, Error, { ids: string[] }> {
  return useMutation({ mutationFn: async () => {} });
}

/** Takes somebody else out of a group. */
export function useRemoveParticipant(_id: string): UseMutationResult<void, Error, { userId: string }> {
  return useMutation({ mutationFn: async () => {} });
}

/** Leaves a group. */
export function useLeaveConversation(_id: string): UseMutationResult<void, Error, void> {
  return useMutation({ mutationFn: async () => {} });
}

/** Makes somebody an admin, or a member again. */
export function useSetRole(
  _id: string,
): UseMutationResult<void, Error, { userId: string; role: "admin" | "member" }> {
  return useMutation({ mutationFn: async () => {} });
}

/** Silences a conversation (no sound, not in the total), or takes that back. */
export function useSilence(_id: string): UseMutationResult<void, Error, { isMuted: boolean }> {
  return useMutation({ mutationFn: async () => {} });
}

/** Messages of one's own conversations that hold these words, newest first. Nothing is asked for blank words. */
export function useSearchMessages(_words: string): FoundMessages {
  return { found: [], ...nothing, ...more };
}

/** The composer's words: survive leaving and reloading, gone when sent or signed out. `[text, change, empty]` */
export function useDraft(_id: string): [string, (text: string) => void, () => void] {
  return ["", () => {}, () => {}];
}
