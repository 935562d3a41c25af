/** From a person's own room to the features: each event has one place that knows what it means. */

import type { UserEvent } from "../../../../party/protocol/user-events.ts";
import { api, ask } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import { totalsKey } from "../../features/chat/data/unread-totals.cache.ts";
import { applyChatEvent, refetchChat } from "../../features/chat/session/chat-account.ts";
import { peopleKeys } from "../../features/follows/follows.cache.ts";
import { applyFollowChanged, applyRelationChanged } from "../../features/follows/follows.events.ts";
import { followQueue } from "../../features/follows/follows.mutations.ts";
import { announceNotification } from "../../features/notifications/announce-notification.ts";
import { notificationKeys } from "../../features/notifications/notifications.cache.ts";
import {
  applyNotificationCreated,
  applyUnreadChanged,
} from "../../features/notifications/notifications.events.ts";
import { postKeys } from "../../features/posts/posts.cache.ts";
import { applyPostCounted } from "../../features/posts/posts.events.ts";
import { applyVoteChanged } from "../../features/votes/votes.events.ts";
import { voteQueue } from "../../features/votes/votes.mutations.ts";
import type { RoomEvent } from "../../realtime/frames.ts";

/** Patches the cache with one event. What this version does not know is left alone. */
export function applyUserEvent(event: RoomEvent, meId: string): void {
  // The room parsed the data with zod before it was logged; the type says which shape it is.
  const known = event as RoomEvent & UserEvent;
  switch (known.type) {
    case "notification.created":
      applyNotificationCreated(queryClient, known.data);
      announceNotification(known.data);
      break;
    case "unread.changed":
      applyUnreadChanged(queryClient, known.data);
      break;
    case "follow.changed":
      applyFollowChanged(queryClient, known.data, meId, followQueue);
      break;
    case "relation.changed":
      applyRelationChanged(queryClient, known.data);
      break;
    case "vote.changed": {
      const { recountPostId } = applyVoteChanged(queryClient, known.data, voteQueue);
      if (recountPostId) void recount(recountPostId);
      return;
    }
    case "post.counted":
      applyPostCounted(queryClient, known.data);
      break;
    case "conversation.touched":
    case "conversation.left":
      applyChatEvent(queryClient, known, meId);
      break;
    default:
      known satisfies never;
  }
}

/** The room cannot say what was missed: read what is shown again, but let no feed move under the reader. */
export function refreshAfterGap(): void {
  void queryClient.invalidateQueries({ queryKey: notificationKeys.list });
  void queryClient.invalidateQueries({ queryKey: notificationKeys.unread });
  void queryClient.invalidateQueries({ queryKey: totalsKey });
  refetchChat();
  void queryClient.invalidateQueries({ queryKey: peopleKeys.all });
  void queryClient.invalidateQueries({ queryKey: postKeys.feeds, refetchType: "none" });
}

async function recount(id: string): Promise<void> {
  const { counts } = await ask(api.posts[":id"].$get({ param: { id } }));
  applyPostCounted(queryClient, { id, counts });
}
