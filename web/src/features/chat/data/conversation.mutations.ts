/** Changes of a conversation itself. Shown when they are done: who is in it is not a thing to guess. */
import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { queryClient } from "../../../api/query-client.ts";
import type { Conversation } from "../../../realtime/views.ts";
import { useMe } from "../../session/session.queries.ts";
import { applyAnswered } from "../live/chat.events.ts";
import {
  addParticipants,
  answerRequest,
  openConversation,
  removeParticipant,
  renameConversation,
  setRole,
  silenceConversation,
} from "./chat.api.ts";
import { findConversation, newerConversation, removeConversation, storeConversation } from "./chat.cache.ts";
import { refetchConversation } from "./chat.queries.ts";

/** The answer to a write, wherever the conversation is shown. */
function settle(answer: Conversation): Conversation {
  const conversation = newerConversation(findConversation(queryClient, answer.id), answer);
  storeConversation(queryClient, conversation);
  return conversation;
}

/** Opens a conversation: with one person the existing one or a new one; with several, or a name, a new group. */
export function useOpenConversation(): UseMutationResult<
  Conversation,
  Error,
  { participantIds: string[]; name?: string }
> {
  return useMutation({ mutationFn: async (input) => settle(await openConversation(input)) });
}

/** Accepts or declines a request. */
export function useAnswerRequest(id: string): UseMutationResult<void, Error, { accepts: boolean }> {
  return useMutation({
    mutationFn: async ({ accepts }) => {
      const answer = await answerRequest(id, accepts);
      applyAnswered(queryClient, id);
      if (answer) settle(answer);
      else removeConversation(queryClient, id);
    },
  });
}

/** Names a group; null takes the name away. */
export function useRenameConversation(id: string): UseMutationResult<void, Error, { name: string | null }> {
  return useMutation({ mutationFn: async ({ name }) => void settle(await renameConversation(id, name)) });
}

/** Brings people into a group. */
export function useAddParticipants(id: string): UseMutationResult<void, Error, { ids: string[] }> {
  return useMutation({ mutationFn: async ({ ids }) => void settle(await addParticipants(id, ids)) });
}

/** Takes somebody else out of a group. */
export function useRemoveParticipant(id: string): UseMutationResult<void, Error, { userId: string }> {
  return useMutation({
    mutationFn: async ({ userId }) => {
      await removeParticipant(id, userId);
      // Done, whether or not it can be read again just now.
      await refetchConversation(id).catch(() => {});
    },
  });
}

/** Leaves a group. */
export function useLeaveConversation(id: string): UseMutationResult<void, Error, void> {
  const meId = useMe()?.id ?? "";
  return useMutation({
    mutationFn: async () => {
      await removeParticipant(id, meId);
      removeConversation(queryClient, id);
    },
  });
}

/** Makes somebody an admin, or a member again. */
export function useSetRole(
  id: string,
): UseMutationResult<void, Error, { userId: string; role: "admin" | "member" }> {
  return useMutation({
    mutationFn: async ({ userId, role }) => void settle(await setRole(id, userId, role)),
  });
}

/** Silences a conversation (no sound, not in the total), or takes that back. */
export function useSilence(id: string): UseMutationResult<void, Error, { isMuted: boolean }> {
  return useMutation({
    mutationFn: async ({ isMuted }) => void settle(await silenceConversation(id, isMuted)),
  });
}
