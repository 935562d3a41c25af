import { plural } from "./plural.ts";

export const comments = {
  title: (n: number) => plural(n, { one: "# comment", other: "# comments" }),
  none: "No comments yet",
  noneText: "Say what you think. You'd be the first.",
  label: "Your comment",
  placeholder: "Add a comment…",
  replyPlaceholder: (name: string) => `Reply to ${name}…`,
  send: "Comment",
  reply: "Reply",
  replyTo: (name: string) => `Reply to ${name}`,
  signIn: "Sign in to comment",
  sending: "Sending…",
  failed: "Couldn't send.",
  discard: "Discard",
  deleted: "This comment was deleted",
  delete: "Delete",
  deleteTitle: "Delete this comment?",
  deleteText: "Its words go for everyone. Replies to it stay.",
  collapse: (name: string) => `Hide ${name}'s thread`,
  expand: "Show thread",
  hidden: (n: number) => plural(n, { one: "# reply hidden", other: "# replies hidden" }),
  arrived: (name: string) => `${name} commented`,
  author: "Author",
  link: "Copy link",
  more: "More about this comment",
  findingComment: "Looking for the comment…",
  notFound: "That comment isn't here any more.",
  tooLong: "That's too long. Shorten it a little.",
  list: "Comments",
};

export type Comments = typeof comments;
