/**
 * Three trips through the code, from one person's hand to another person's screen: the files that the data enters, in order.
 * `trips.test.ts` compares them with the source, and their length with the table in `bench/README.md`.
 *
 * - The data is the text (or the vote), and every row, event, frame and cache entry that is made from it. A function that gets
 *   only an id, a key or a type is no step.
 * - A step is a function, component, schema, router or SQL function that the data goes through on its way, or that decides
 *   whether it goes on. What leaves the way is not followed: drafts, the author's own tab, the response to the author, digests,
 *   announcements for screen readers, retries, errors.
 * - A function that has called another is a step again only if it then changes, builds, stores, selects or sends the data.
 *   Handing a result on is no step. A function that is passed as an argument belongs to the file it is written in.
 * - The usual case: both browsers are connected and show the post or conversation, and nobody is hidden from anybody.
 */

/** How the data gets to a step when neither file imports the other. */
export type Boundary =
  /** A request of the browser to the Worker. */
  | "HTTP"
  /** A frame on a WebSocket. */
  | "socket"
  /** A call of a room by its stub. */
  | "RPC"
  /** A statement, trigger or SQL function, and the rows that Postgres returns. */
  | "SQL"
  /** The router of workers/app.ts calls what is mounted on it. */
  | "router"
  /** Written by one function and read by another later: the query cache, the room's SQLite. */
  | "store"
  /** The step is a function that its file has passed down, directly or through other files. */
  | "callback";

export type Step =
  /** "file:function". The previous file imports this one, or the data returns to a file that it has left. */
  | string
  | { step: string; via: Boundary }
  /** Called from this earlier file, to which the previous step has returned. */
  | { step: string; calledFrom: string }
  /** Called on an object that this file (a base class, a factory) has created. */
  | { step: string; createdBy: string };

export interface Trip {
  /** As in the table in bench/README.md. */
  name: "a comment" | "a chat message" | "a notification";
  steps: readonly Step[];
}

/** From the API client in the browser to the router of the Worker. */
const REQUEST: readonly Step[] = [
  "web/src/api/client.ts:plazaFetch",
  { step: "workers/index.ts:fetch", via: "HTTP" },
  "workers/app.ts:app",
  "workers/middleware/guards.ts:jsonOnly",
];

/** From the outbox rows of a transaction to the stub of the room that receives them. */
const DELIVERY: readonly Step[] = [
  { step: "db/migrations/20261120090100_outbox_and_idempotency.sql:emit", via: "SQL" },
  { step: "db/client/client.ts:toEntries", via: "SQL" },
  { step: "party/outbox/deliver.ts:groupByRoom", createdBy: "workers/middleware/service.ts" },
  "party/stubs.ts:outboxRowReceiver",
];

/** From a frame of a room to the connection in the browser that this file opens. */
const frame = (openedBy: string): readonly Step[] => [
  { step: "party/rooms/kit/room-context.ts:send", createdBy: "party/rooms/kit/base-room.ts" },
  { step: "web/src/realtime/browser-connection.ts:openSocket", via: "socket" },
  "web/src/realtime/frames.ts:parseServerFrame",
  { step: "web/src/realtime/connection.ts:dispatch", createdBy: openedBy },
  "web/src/realtime/connection-transition.ts:applyRoomEvent",
  "web/src/realtime/connection.ts:execute",
];

const COMMENT: Trip = {
  name: "a comment",
  steps: [
    "web/src/features/comments/comment-composer.tsx:CommentForm",
    "web/src/features/comments/comments.mutations.ts:sendComment",
    ...REQUEST,
    { step: "workers/services/comments.rules.ts:newCommentSchema", via: "router" },
    "workers/services/text.rules.ts:plainText",
    { step: "workers/routes/contract/endpoint.ts:endpoint", via: "router" },
    { step: "workers/routes/comments/comments.route.ts:commentsRoute", via: "callback" },
    "workers/services/comments.service.ts:createComment",
    "db/writes/comments.writes.ts:insertComment",
    "db/client/client.ts:writeAsViewer",
    { step: "db/migrations/20261120090600_comments.sql:after_comment_insert", via: "SQL" },
    ...DELIVERY,
    { step: "party/rooms/post/post.room.ts:deliver", via: "RPC" },
    "party/protocol/post-events.ts:postChangeSchema",
    "db/views/comment.view.ts:commentViewSchema",
    "party/rooms/post/post.room.ts:accept",
    "party/rooms/post/post-changes.ts:mergeChanges",
    "party/rooms/post/post.room.ts:append",
    { step: "party/rooms/kit/event-log.ts:appendOwn", createdBy: "party/rooms/kit/live-room.ts" },
    "party/rooms/post/post.room.ts:broadcast",
    ...frame("web/src/app/live/use-post-room.ts"),
    { step: "web/src/realtime/use-room.ts:useRoom", via: "callback" },
    { step: "web/src/app/live/use-post-room.ts:applyPostChange", via: "callback" },
    "web/src/features/comments/comments.events.ts:applyCommentCreated",
    "web/src/api/patch-queries.ts:patchQueries",
    {
      step: "web/src/features/comments/comments.cache.ts:insertComment",
      calledFrom: "web/src/features/comments/comments.events.ts",
    },
    { step: "web/src/features/comments/comment-thread.tsx:CommentThread", via: "store" },
    "web/src/api/paged-cache.ts:flattenPages",
    {
      step: "web/src/features/comments/comment.tree.ts:toRows",
      calledFrom: "web/src/features/comments/comment-thread.tsx",
    },
    "web/src/features/comments/comment-thread.tsx:CommentThread",
    "web/src/features/comments/comment-item.tsx:CommentItem",
  ],
};

/** An upvote, the notification that it causes, and the unread count on the bell. */
const NOTIFICATION: Trip = {
  name: "a notification",
  steps: [
    "web/src/features/votes/vote-buttons.tsx:VoteButtons",
    "web/src/features/votes/vote.counts.ts:nextVote",
    {
      step: "web/src/features/votes/vote-queue.ts:vote",
      createdBy: "web/src/features/votes/votes.mutations.ts",
    },
    "web/src/api/intent-queue.ts:push",
    "web/src/features/votes/vote-queue.ts:send",
    { step: "web/src/features/votes/votes.mutations.ts:sendVote", via: "callback" },
    ...REQUEST,
    { step: "workers/routes/votes/votes.route.ts:vote", via: "router" },
    "db/views/post.view.ts:voteValueSchema",
    { step: "workers/routes/contract/endpoint.ts:endpoint", via: "router" },
    "workers/routes/votes/votes.route.ts:votesRoute",
    "workers/services/votes.service.ts:setVote",
    "db/writes/posts.writes.ts:setVote",
    "db/client/client.ts:writeAsViewer",
    { step: "db/migrations/20261120090500_posts_and_votes.sql:after_post_vote", via: "SQL" },
    { step: "db/migrations/20261120090400_notifications.sql:notify", via: "SQL" },
    ...DELIVERY,
    { step: "party/rooms/user/user.room.ts:deliver", via: "RPC" },
    "party/protocol/user-events.ts:userEventSchema",
    "db/views/notification.view.ts:unreadViewSchema",
    { step: "party/rooms/user/collapse.ts:collapseOf", calledFrom: "party/rooms/user/user.room.ts" },
    { step: "party/rooms/kit/event-log.ts:append", createdBy: "party/rooms/kit/live-room.ts" },
    "party/rooms/user/user.room.ts:broadcast",
    ...frame("web/src/app/live/live.tsx"),
    { step: "web/src/realtime/use-room.ts:useRoom", via: "callback" },
    { step: "web/src/app/live/live.tsx:Live", via: "callback" },
    "web/src/app/live/user-events.ts:applyUserEvent",
    "web/src/features/notifications/notifications.events.ts:applyUnreadChanged",
    "web/src/features/notifications/notifications.cache.ts:newestUnread",
    { step: "web/src/features/notifications/notifications.queries.ts:useUnread", via: "store" },
    { step: "web/src/features/notifications/notification-bell.tsx:NotificationBell", via: "callback" },
  ],
};

/** To the message list in another browser, and then to the archive in Postgres. */
const MESSAGE: Trip = {
  name: "a chat message",
  steps: [
    "web/src/features/chat/composer/composer.tsx:Composer",
    { step: "web/src/features/chat/thread/conversation-view.tsx:send", via: "callback" },
    "web/src/features/chat/data/message.mutations.ts:useSendMessage",
    {
      step: "web/src/features/chat/outbox/outbox.ts:add",
      createdBy: "web/src/features/chat/outbox/browser-outbox.ts",
    },
    {
      step: "web/src/features/chat/outbox/indexed-db-store.ts:put",
      createdBy: "web/src/features/chat/outbox/browser-outbox.ts",
    },
    {
      step: "web/src/features/chat/outbox/outbox.ts:sendAll",
      createdBy: "web/src/features/chat/outbox/browser-outbox.ts",
    },
    {
      step: "web/src/features/chat/outbox/message-sender.ts:sendByEither",
      createdBy: "web/src/features/chat/session/chat-session.ts",
    },
    { step: "web/src/features/chat/session/chat-session.ts:sendBySocket", via: "callback" },
    "web/src/features/chat/live/conversation-connections.ts:sendMessage",
    {
      step: "web/src/realtime/connection.ts:send",
      createdBy: "web/src/realtime/open-connections.ts",
    },
    "web/src/realtime/command-pace.ts:send",
    "web/src/realtime/connection.ts:send",
    {
      step: "web/src/realtime/browser-connection.ts:send",
      createdBy: "web/src/features/chat/live/conversation-connections.ts",
    },
    { step: "party/rooms/kit/subscribable-room.ts:onMessage", via: "socket" },
    "party/rooms/kit/live-room.ts:onMessage",
    "party/rooms/kit/frame-gate.ts:admit",
    "party/protocol/commands.ts:parseCommand",
    {
      step: "party/protocol/conversation-commands.ts:conversationCommandSchema",
      createdBy: "party/rooms/conversation/conversation.room.ts",
    },
    "party/rooms/kit/live-room.ts:onMessage",
    { step: "party/rooms/conversation/conversation.room.ts:onCommand", via: "callback" },
    "party/rooms/conversation/conversation-core.ts:send",
    "party/rooms/conversation/messages.ts:append",
    "party/rooms/conversation/conversation-core.ts:send",
    {
      step: "party/rooms/conversation/event-publisher.ts:append",
      calledFrom: "party/rooms/conversation/conversation.room.ts",
    },
    { step: "party/rooms/kit/event-log.ts:appendOwn", createdBy: "party/rooms/kit/live-room.ts" },
    "party/rooms/conversation/event-publisher.ts:publish",
    ...frame("web/src/features/chat/live/conversation-connections.ts"),
    { step: "web/src/features/chat/live/conversation-connections.ts:onEvent", via: "callback" },
    {
      step: "web/src/features/chat/live/chat.events.ts:applyMessage",
      createdBy: "web/src/features/chat/session/chat-session.ts",
    },
    "web/src/features/chat/data/message-history.ts:addMessage",
    { step: "web/src/features/chat/data/message.hooks.ts:useMessages", via: "store" },
    "web/src/features/chat/data/shown-messages.ts:shownMessages",
    { step: "web/src/features/chat/thread/thread.tsx:Thread", via: "callback" },
    "web/src/features/chat/thread/conversation-view.tsx:ConversationView",
    "web/src/features/chat/thread/message-list.tsx:MessageList",
    "web/src/features/chat/thread/thread-rows.ts:threadRows",
    "web/src/features/chat/thread/message-list.tsx:MessageList",
    "web/src/features/chat/thread/message-list-rows.tsx:MessageListRow",
    "web/src/features/chat/thread/message/message-row.tsx:MessageRow",
    { step: "party/rooms/conversation/messages.ts:unarchived", via: "store" },
    {
      step: "party/rooms/conversation/archive.ts:write",
      createdBy: "party/rooms/conversation/conversation.room.ts",
    },
    "party/rooms/conversation/stored-message.ts:toStored",
    {
      step: "party/rooms/conversation/archive-store.ts:store",
      createdBy: "party/rooms/conversation/conversation.room.ts",
    },
    "db/writes/conversations.writes.ts:storeConversation",
    "db/client/client.ts:asService",
    { step: "db/migrations/20261120100100_messages.sql:store_conversation", via: "SQL" },
  ],
};

export const TRIPS: readonly Trip[] = [COMMENT, MESSAGE, NOTIFICATION];
