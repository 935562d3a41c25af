/** A notification in the reader's own words. Pure. */
import type { Dictionary } from "../../i18n/index.ts";
import type { NotificationView } from "../../realtime/views.ts";

/** The sentence after the actor's name, or the whole one when nobody stands before it. */
export function notificationText(
  item: NotificationView,
  t: Dictionary,
): { actor: string | null; text: string } {
  const words = t.notifications;
  const { detail } = item;
  switch (item.type) {
    case "badge_earned":
      return { actor: null, text: words.badge_earned(detail.badge ? t.profiles.badge[detail.badge] : "") };
    case "milestone": {
      const threshold = detail.threshold ?? 0;
      const text = detail.kind === "followers" ? words.milestoneFollowers : words.milestoneUpvotes;
      return { actor: null, text: text(threshold) };
    }
    case "post_comment":
      // About a post and not a comment: someone answered a question.
      return {
        actor: item.actor?.name ?? words.someone,
        text: item.entityType === "post" ? words.answered : words.post_comment,
      };
    case "post_upvote":
    case "answer_upvote":
    case "answer_comment":
    case "comment_reply":
    case "mention":
    case "new_follower":
      return { actor: item.actor?.name ?? words.someone, text: words[item.type] };
    default:
      item.type satisfies never;
      return { actor: null, text: item.message };
  }
}

/** The same as one sentence. */
export function notificationSentence(item: NotificationView, t: Dictionary): string {
  const { actor, text } = notificationText(item, t);
  return actor ? `${actor} ${text}` : text;
}
