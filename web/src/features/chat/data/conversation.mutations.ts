/** Mutations of a conversation. Not optimistic: a change is shown after the server's response. */
import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { queryClient } from "../../../api/query-client.ts";
import type { Conversation } from "../../../realtime/views.ts";
import { useMe } from "../../session/session.queries.ts";
import { applyAnswered } from "../live/chat.events.ts";
import {
  addMembers,
  answerRequest,
  muteConversation,
  openConversation,
  removeMember,
  renameConversation,
  setRole,
} from "./chat.api.ts";
import {
  findConversation,
  newerConversation,
  refetchConversation,
  removeConversation,
  storeConversation,
} from "./chat.cache.ts";

/** Stores the response of a mutation in the cache. */
function storeAnswer(answer: Conversation): Conversation {
  const conversation = newerConversation(findConversation(queryClient, answer.id), answer);
  storeConversation(queryClient, conversation);
  return conversation;
}

/**
 * Opens the direct conversation with one person, or creates a group when there are several people or a name.
 */
export function useOpenConversation(): UseMutationResult<
  Conversation,
  Error,
  { participantIds: string[]; name?: string }
> {
  return useMutation({ mutationFn: async (input) => storeAnswer(await openConversation(input)) });
}

/** Accepts or declines a message request. */
export function useAnswerRequest(id: string): UseMutationResult<void, Error, { accepts: boolean }> {
  return useMutation({
    mutationFn: async ({ accepts }) => {
      const answer = await answerRequest(id, accepts);
      applyAnswered(queryClient, id);
      if (answer) storeAnswer(answer);
      else removeConversation(queryClient, id);
    },
  });
}

/** Renames a group; null removes its name. */
export function useRenameConversation(id: string): UseMutationResult<void, Error, { name: string | null }> {
  return useMutation({
    mutationFn: async ({ name }) => void storeAnswer(await renameConversation(id, name)),
  });
}

/** Adds members to a group. */
export function useAddMembers(id: string): UseMutationResult<void, Error, { ids: string[] }> {
  return useMutation({ mutationFn: async ({ ids }) => void storeAnswer(await addMembers(id, ids)) });
}

/** Removes another member from a group. */
export function useRemoveMember(id: string): UseMutationResult<void, Error, { userId: string }> {
  return useMutation({
    mutationFn: async ({ userId }) => {
      await removeMember(id, userId);
      // The member is removed even if this refetch fails.
      await refetchConversation(queryClient, id).catch(() => {});
    },
  });
}

/** Leaves a group. */
export function useLeaveConversation(id: string): UseMutationResult<void, Error, void> {
  const meId = useMe()?.id ?? "";
  return useMutation({
    mutationFn: async () => {
      await removeMember(id, meId);
      removeConversation(queryClient, id);
    },
  });
}

/** Changes a member's role. */
export function useSetRole(
  id: string,
): UseMutationResult<void, Error, { userId: string; role: "admin" | "member" }> {
  return useMutation({
    mutationFn: async ({ userId, role }) => void storeAnswer(await setRole(id, userId, role)),
  });
}

/** Mutes a conversation (no sound, not in the unread total), or unmutes it. */
export function useMuteConversation(id: string): UseMutationResult<void, Error, { isMuted: boolean }> {
  return useMutation({
    mutationFn: async ({ isMuted }) => void storeAnswer(await muteConversation(id, isMuted)),
  });
}
