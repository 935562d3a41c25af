/** The text of a notification in the viewer's language. Pure. */
import type { Dictionary } from "../../i18n/index.ts";
import type { NotificationView } from "../../realtime/views.ts";

/** The name of the actor and the text after it; without an actor, the text is the whole sentence. */
export function notificationText(
  item: NotificationView,
  t: Dictionary,
): { actor: string | null; text: string } {
  const texts = t.notifications;
  const { detail } = item;
  switch (item.type) {
    case "badge_earned":
      return { actor: null, text: texts.badge_earned(detail.badge ? t.profiles.badge[detail.badge] : "") };
    case "milestone": {
      const threshold = detail.threshold ?? 0;
      const text = detail.kind === "followers" ? texts.milestoneFollowers : texts.milestoneUpvotes;
      return { actor: null, text: text(threshold) };
    }
    case "post_comment":
      // With a post as entity instead of a comment, somebody answered the viewer's question.
      return {
        actor: item.actor?.name ?? texts.someone,
        text: item.entityType === "post" ? texts.answered : texts.post_comment,
      };
    case "post_upvote":
    case "answer_upvote":
    case "answer_comment":
    case "comment_reply":
    case "mention":
    case "new_follower":
      return { actor: item.actor?.name ?? texts.someone, text: texts[item.type] };
    default:
      item.type satisfies never;
      return { actor: null, text: item.message };
  }
}

/** The actor's name and the text as one sentence. */
export function notificationSentence(item: NotificationView, t: Dictionary): string {
  const { actor, text } = notificationText(item, t);
  return actor ? `${actor} ${text}` : text;
}
