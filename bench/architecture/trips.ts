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

/** From a frame of a room to the connection in the browser that this file opens. */
const frame = (openedBy: string): readonly Step[] => [
  { step: "party/rooms/kit/room-context.ts:send", createdBy: "party/rooms/kit/base-room.ts" },
  { step: "web/src/realtime/browser-connection.ts:openSocket", via: "socket" },
  "web/src/realtime/frames.ts:parseServerFrame",
  { step: "web/src/realtime/connection.ts:dispatch", createdBy: openedBy },
  "web/src/realtime/connection-transition.ts:applyFrame",
  "web/src/realtime/connection-log.ts:applyRoomEvent",
  "web/src/realtime/connection-draft.ts:effect",
  "web/src/realtime/connection.ts:execute",
];

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

export const TRIPS: readonly Trip[] = [MESSAGE];
