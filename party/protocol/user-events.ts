/** What a person's own room tells their devices. `data` has the shapes of db/views, so that no refetch is needed. */
import { z } from "zod";
import {
  conversationNumbersSchema,
  conversationTotalsSchema,
  participantStates,
} from "../../db/views/conversation.view.ts";
import { notificationViewSchema, unreadViewSchema } from "../../db/views/notification.view.ts";
import { relationViewSchema } from "../../db/views/person.view.ts";
import { postCountsSchema, voteValueSchema } from "../../db/views/post.view.ts";

export const userEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("notification.created"), data: notificationViewSchema }),
  z.object({
    type: z.literal("unread.changed"),
    data: unreadViewSchema.extend({
      /** What was read elsewhere; null when the number moved for another reason. */
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
  /** One's own vote, for one's other tabs. */
  z.object({
    type: z.literal("vote.changed"),
    data: z.object({ target: z.enum(["post", "comment"]), id: z.uuid(), value: voteValueSchema }),
  }),
  /** The counts of one's own post moved. */
  z.object({
    type: z.literal("post.counted"),
    data: z.object({ id: z.uuid(), counts: postCountsSchema }),
  }),
  /** A conversation has news for this person; who does not know it yet asks for the whole of it. */
  z.object({
    type: z.literal("conversation.touched"),
    data: z.object({
      conversation: conversationNumbersSchema.extend({
        /** Of the roster: greater than what is known means to ask for it again. */
        version: z.int(),
        state: z.enum(participantStates),
        isMuted: z.boolean(),
      }),
      totals: conversationTotalsSchema,
    }),
  }),
  /** This person is no longer in it. */
  z.object({
    type: z.literal("conversation.left"),
    data: z.object({ id: z.uuid(), totals: conversationTotalsSchema }),
  }),
]);
/** Every event of a UserRoom, without its envelope. */
export type UserEvent = z.infer<typeof userEventSchema>;
export type UserEventType = UserEvent["type"];
