/** The events of a UserRoom. `data` has the shapes of db/views, so that no refetch is needed. */
import { z } from "zod";
import {
  conversationTotalsSchema,
  memberStateSchema,
  membershipStates,
} from "../../db/views/conversation.view.ts";
import { notificationViewSchema, unreadViewSchema } from "../../db/views/notification.view.ts";
import { relationViewSchema } from "../../db/views/person.view.ts";
import { postCountsSchema, voteValueSchema } from "../../db/views/post.view.ts";

export const userEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("notification.created"), data: notificationViewSchema }),
  z.object({
    type: z.literal("unread.changed"),
    data: unreadViewSchema.extend({
      /** What was read on another device; null when the count changed for another reason. */
      read: z.union([z.object({ ids: z.array(z.uuid()) }), z.object({ all: z.literal(true) })]).nullable(),
    }),
  }),
  z.object({
    type: z.literal("follow.changed"),
    data: z.object({
      followerId: z.uuid(),
      followingId: z.uuid(),
      isFollowing: z.boolean(),
      follower: z.object({ following: z.int(), version: z.int() }),
      following: z.object({ followers: z.int(), version: z.int() }),
    }),
  }),
  z.object({
    type: z.literal("relation.changed"),
    data: relationViewSchema.pick({ isBlocked: true, isMuted: true }).extend({ otherId: z.uuid() }),
  }),
  /** The account's own vote, for its other tabs. */
  z.object({
    type: z.literal("vote.changed"),
    data: z.object({ target: z.enum(["post", "comment"]), id: z.uuid(), value: voteValueSchema }),
  }),
  /** The counts of the account's own post changed. */
  z.object({
    type: z.literal("post.counted"),
    data: z.object({ id: z.uuid(), counts: postCountsSchema }),
  }),
  /** The account's state in a conversation changed. A client that does not have the conversation yet reads it whole. */
  z.object({
    type: z.literal("conversation.touched"),
    data: z.object({
      conversation: memberStateSchema.extend({
        /** Version of the members and the name. A client with a smaller version reads the conversation again. */
        version: z.int(),
        state: z.enum(membershipStates),
        isMuted: z.boolean(),
      }),
      totals: conversationTotalsSchema,
    }),
  }),
  /** This account is no longer a member. */
  z.object({
    type: z.literal("conversation.left"),
    data: z.object({ id: z.uuid(), totals: conversationTotalsSchema }),
  }),
]);
/** Every event of a UserRoom, without its envelope. */
export type UserEvent = z.infer<typeof userEventSchema>;
export type UserEventType = UserEvent["type"];
