/** The wire shapes that events carry, for readers that know the protocol only. */

export type { CommentCounts, CommentView } from "../../db/views/comment.view.ts";
export type {
  Conversation,
  ConversationNumbers,
  ConversationTotals,
  FoundMessage,
  LastMessage,
  Message,
  MessageAck,
  Notice,
  Participant,
  Reaction,
} from "../../db/views/conversation.view.ts";
export type { NotificationView, UnreadView } from "../../db/views/notification.view.ts";
export type { Me, Person, PersonView, ProfileView, RelationView } from "../../db/views/person.view.ts";
export type { PostCounts, PostView, VoteValue, VoteView } from "../../db/views/post.view.ts";
export type {
  Audience,
  NearbyView,
  Presence,
  PresenceOf,
  PresenceSettings,
} from "../../db/views/presence.view.ts";
