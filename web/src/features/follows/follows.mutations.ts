import { onAccountChange, trackAccount } from "../../api/account-state.ts";
import { api, readBody } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import { currentDictionary } from "../../i18n/index.ts";
import type { RelationView } from "../../realtime/views.ts";
import { toast } from "../../ui/toast.tsx";
import { postKeys } from "../posts/posts.cache.ts";
import { createFollowQueue, type FollowTarget } from "./follow-queue.ts";
import { applyRelation } from "./follows.cache.ts";
import { hideAuthor } from "./follows.events.ts";

/** The follows of this tab. */
export const followQueue = createFollowQueue({
  client: queryClient,
  send: async ({ handle }, isFollowing): Promise<RelationView> => {
    const relation = isFollowing
      ? await readBody(api.profiles[":handle"].follow.$put({ param: { handle } }))
      : await readBody(api.profiles[":handle"].follow.$delete({ param: { handle } }));
    void queryClient.invalidateQueries({ queryKey: postKeys.feed("following"), refetchType: "none" });
    return relation;
  },
  onFailure: () => toast({ text: currentDictionary().profiles.followFailed, tone: "bad" }),
});
onAccountChange(followQueue.reset);

export type Relation = "block" | "mute";

/**
 * Blocks or mutes a profile, or undoes it. Not optimistic: the change is shown once the server confirmed it.
 */
export async function setRelation(target: FollowTarget, relation: Relation, isOn: boolean): Promise<void> {
  const route = api.profiles[":handle"][relation];
  const input = { param: { handle: target.handle } };
  const isSameAccount = trackAccount();
  const response = await readBody(isOn ? route.$put(input) : route.$delete(input));
  if (!isSameAccount()) return;
  applyRelation(queryClient, target.id, response);
  if (isOn) hideAuthor(queryClient, target.id);
  else void queryClient.invalidateQueries({ queryKey: postKeys.feeds, refetchType: "none" });
  void queryClient.invalidateQueries({ queryKey: postKeys.byProfile(target.handle) });
}
