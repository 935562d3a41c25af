import type { QueryClient } from "@tanstack/react-query";
import type { VoteValue } from "../../realtime/views.ts";
import { patchVoteable, type Voting } from "./voting.ts";

export interface VoteChanged {
  target: "post" | "comment";
  id: string;
  value: VoteValue;
}

/**
 * A vote of one's own, heard on every tab. The event carries no counts, and counting here could count twice, so a post
 * whose vote really changed is named back: its counts must be asked for. (A comment's counts come from its post's room.)
 */
export function applyVoteChanged(
  client: QueryClient,
  event: VoteChanged,
  voting: Pick<Voting, "isBusy">,
): { recountPostId: string | null } {
  const target = { kind: event.target, id: event.id };
  let isChanged = false;
  if (!voting.isBusy(target)) {
    patchVoteable(client, target, (item) => {
      if (item.viewer?.vote === event.value) return item;
      isChanged = true;
      return { ...item, viewer: { ...item.viewer, vote: event.value } };
    });
  }
  return { recountPostId: isChanged && event.target === "post" ? event.id : null };
}
