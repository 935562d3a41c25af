/** The wire shapes the social features read, as the protocol hands them on. */
export type {
  CommentCounts,
  CommentView,
  Me,
  NotificationView,
  Person,
  PersonView,
  PostCounts,
  PostView,
  ProfileView,
  RelationView,
  UnreadView,
  VoteValue,
  VoteView,
} from "../../../party/protocol/views.ts";
