import type { QueryClient } from "@tanstack/react-query";
import type { VoteValue } from "../../realtime/views.ts";
import { patchVoteable, type VoteQueue } from "./vote-queue.ts";

export interface VoteChanged {
  target: "post" | "comment";
  id: string;
  value: VoteValue;
}

/**
 * Applies a vote of the viewer, which every tab of the account receives. The event has no counts, and
 * changing them here could count the vote twice. So when the vote of a post changed, its id is returned and
 * the caller loads the counts; a comment's counts arrive by an event of the post's room.
 */
export function applyVoteChanged(
  client: QueryClient,
  event: VoteChanged,
  queue: Pick<VoteQueue, "isBusy">,
): { recountPostId: string | null } {
  const target = { kind: event.target, id: event.id };
  let isChanged = false;
  if (!queue.isBusy(target)) {
    patchVoteable(client, target, (item) => {
      if (item.viewer?.vote === event.value) return item;
      isChanged = true;
      return { ...item, viewer: { ...item.viewer, vote: event.value } };
    });
  }
  return { recountPostId: isChanged && event.target === "post" ? event.id : null };
}
