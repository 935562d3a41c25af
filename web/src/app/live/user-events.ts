/** Events of the account's own room: a table maps each type to the feature that handles it. */
import type { UserEvent, UserEventType } from "../../../../party/protocol/user-events.ts";
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
import { fetchPost } from "../../features/posts/posts.queries.ts";
import { applyVoteChanged } from "../../features/votes/votes.events.ts";
import { voteQueue } from "../../features/votes/votes.mutations.ts";
import type { RoomEvent } from "../../realtime/frames.ts";

type EventOf<Type extends UserEventType> = Extract<UserEvent, { type: Type }>;
type UserEventHandlers = { [Type in UserEventType]: (event: EventOf<Type>, meId: string) => void };

const handlers: UserEventHandlers = {
  "notification.created": ({ data }) => {
    applyNotificationCreated(queryClient, data);
    announceNotification(data);
  },
  "unread.changed": ({ data }) => applyUnreadChanged(queryClient, data),
  "follow.changed": ({ data }, meId) => applyFollowChanged(queryClient, data, meId, followQueue),
  "relation.changed": ({ data }) => applyRelationChanged(queryClient, data),
  "vote.changed": ({ data }) => {
    const { recountPostId } = applyVoteChanged(queryClient, data, voteQueue);
    if (recountPostId) void refetchCounts(recountPostId);
  },
  "post.counted": ({ data }) => applyPostCounted(queryClient, data),
  "conversation.touched": (event, meId) => applyChatEvent(queryClient, event, meId),
  "conversation.left": (event, meId) => applyChatEvent(queryClient, event, meId),
};

/** Applies one event to the query cache. Events that this version does not know are ignored. */
export function applyUserEvent(event: RoomEvent, meId: string): void {
  if (!Object.hasOwn(handlers, event.type)) return;
  // The room validated the data by its schema before it logged the event.
  const known = event as RoomEvent & UserEvent;
  (handlers[known.type] as (event: UserEvent, meId: string) => void)(known, meId);
}

/** Refetches what is shown after events were lost. Feeds are only marked stale, so that no post moves while it is read. */
export function refetchAfterResync(): void {
  void queryClient.invalidateQueries({ queryKey: notificationKeys.list });
  void queryClient.invalidateQueries({ queryKey: notificationKeys.unread });
  void queryClient.invalidateQueries({ queryKey: totalsKey });
  refetchChat();
  void queryClient.invalidateQueries({ queryKey: peopleKeys.all });
  void queryClient.invalidateQueries({ queryKey: postKeys.feeds, refetchType: "none" });
}

async function refetchCounts(id: string): Promise<void> {
  const { counts } = await fetchPost(id);
  applyPostCounted(queryClient, { id, counts });
}
