import { plural } from "./plural.ts";

export const notifications = {
  title: "Notifications",
  bell: "Notifications",
  bellUnread: (n: number) => plural(n, { one: "Notifications, # unread", other: "Notifications, # unread" }),
  unread: "Unread",
  markAllRead: "Mark all read",
  seeAll: "See all",
  none: "Nothing yet",
  noneText: "When someone answers, upvotes, mentions or follows you, you'll hear it here at once.",
  markFailed: "Couldn't mark as read.",
  arrived: (text: string) => `New notification: ${text}`,
  someone: "Someone",
  post_upvote: "upvoted your post",
  answer_upvote: "upvoted your answer",
  post_comment: "commented on your post",
  answered: "answered your question",
  answer_comment: "commented on your answer",
  comment_reply: "replied to your comment",
  mention: "mentioned you",
  new_follower: "started following you",
  badge_earned: (badge: string) => `You earned a badge: ${badge}`,
  milestoneUpvotes: (n: number) =>
    plural(n, { one: "Your words reached # upvote", other: "Your words reached # upvotes" }),
  milestoneFollowers: (n: number) =>
    plural(n, { one: "You have # follower now", other: "You have # followers now" }),
};

export type Notifications = typeof notifications;
