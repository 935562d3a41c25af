import { api, ask } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import { words } from "../../i18n/index.ts";
import type { RelationView } from "../../realtime/views.ts";
import { toast } from "../../ui/toast.tsx";
import { postKeys } from "../posts/posts.cache.ts";
import { createFollowing, type FollowTarget } from "./following.ts";
import { settleRelation } from "./follows.cache.ts";
import { hideAuthor } from "./follows.events.ts";

/** This tab's follows. */
export const following = createFollowing({
  client: queryClient,
  send: async ({ handle }, isFollowing): Promise<RelationView> => {
    const answer = isFollowing
      ? await ask(api.profiles[":handle"].follow.$put({ param: { handle } }))
      : await ask(api.profiles[":handle"].follow.$delete({ param: { handle } }));
    void queryClient.invalidateQueries({ queryKey: postKeys.feed("following"), refetchType: "none" });
    return answer;
  },
  onFailure: () => toast({ text: words().profiles.followFailed, tone: "bad" }),
});

export type Relation = "block" | "mute";

/** Blocks or mutes, or takes it back. Shown when it is done, never before: it is not a thing to guess. */
export async function setRelation(target: FollowTarget, relation: Relation, isOn: boolean): Promise<void> {
  const route = api.profiles[":handle"][relation];
  const input = { param: { handle: target.handle } };
  const answer = await ask(isOn ? route.$put(input) : route.$delete(input));
  settleRelation(queryClient, target.id, answer);
  if (isOn) hideAuthor(queryClient, target.id);
  else void queryClient.invalidateQueries({ queryKey: postKeys.feeds, refetchType: "none" });
  void queryClient.invalidateQueries({ queryKey: postKeys.byProfile(target.handle) });
}
