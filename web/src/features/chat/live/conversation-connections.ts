/**
 * The open conversations of this tab: one connection each, shared by whoever shows it. The position outlives the connection as
 * long as the messages are kept, so that coming back costs what was missed and no more.
 */
import { isTransient } from "../../../api/api-error.ts";
import { queryClient } from "../../../api/query-client.ts";
import { backoffDelayMs } from "../../../realtime/backoff.ts";
import { conversationRoomDeps } from "../../../realtime/browser-deps.ts";
import type { RoomCommand } from "../../../realtime/connection.types.ts";
import type { Position, RoomEvent, Signal } from "../../../realtime/frames.ts";
import { type OpenConnection, openConnection } from "../../../realtime/open-connections.ts";
import { listenToUserRoom } from "../../../realtime/user-link.ts";
import type { Message, MessageAck } from "../../../realtime/views.ts";
import { pollConversation } from "../data/chat.api.ts";
import { chatKeys } from "../data/chat.cache.ts";
import { historyReadAgoMs, readNewest, refetchConversation } from "../data/chat.queries.ts";
import type { History } from "../data/message-history.ts";
import { hurryPosts, outboxOf, setRoomSender } from "../outbox/browser-outbox.ts";
import { noteDelivered } from "./account-events.ts";
import { applyConversationEvent } from "./chat.events.ts";
import { isWatched } from "./conversations-in-view.ts";
import { createReplies, lostError, type Replies } from "./pending-replies.ts";
import { createTypingPeople } from "./typing.ts";

interface Room {
  meId: string;
  holders: number;
  opened: OpenConnection;
  replies: Replies<MessageAck | null>;
  isOpen: boolean;
}

const clock = {
  setTimer: (run: () => void, ms: number) => setTimeout(run, ms),
  clearTimer: (timer: unknown) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};
const rooms = new Map<string, Room>();
const positions = new Map<string, Position>();

interface RoomListener {
  /** A conversation has a new socket: what the last one may have swallowed can be said again. */
  onWelcome(meId: string, conversationId: string): void;
  /** One's own message stands at this place. */
  onOwnMessage(meId: string, conversationId: string, seq: number): void;
}
const listeners = new Set<RoomListener>();

/** Listens to the open conversations for as long as the page lives. */
export function listenToRooms(listener: RoomListener): void {
  listeners.add(listener);
}

/** Who types: in the open conversations, and in others as one's own room passes it on. */
export const typingPeople = createTypingPeople(clock);

listenToUserRoom({
  onSignal: ({ type, data }) => {
    if (type === "conversation.typing") typingPeople.note(data.conversationId, data.userId, data.isTyping);
  },
});

/** Holds a conversation's connection until the answered function is called. */
export function holdRoom(conversationId: string, meId: string): () => void {
  const room = rooms.get(conversationId) ?? openRoom(conversationId, meId);
  rooms.set(conversationId, room);
  room.holders += 1;
  return () => {
    room.holders -= 1;
    if (room.holders > 0) return;
    room.isOpen = false;
    rooms.delete(conversationId);
    room.opened.close();
    room.replies.lose();
    typingPeople.forget(conversationId);
  };
}

/** Says something in an open conversation; false when no socket is up. */
export function sayInRoom(conversationId: string, command: RoomCommand): boolean {
  return rooms.get(conversationId)?.opened.connection.send(command) ?? false;
}

/** Has a command carried out that the room answers by this name. Rejects with ApiError, NETWORK when no socket is up. */
export async function carryOut(
  conversationId: string,
  ref: string,
  command: RoomCommand,
): Promise<MessageAck | null> {
  const room = rooms.get(conversationId);
  if (!room?.opened.connection.send(command)) throw lostError();
  const { connection } = room.opened;
  try {
    return await room.replies.expect(ref);
  } catch (error) {
    // No answer on a socket that seems to be up: see whether it is.
    if (isTransient(error) && connection.status() === "live") connection.wake();
    throw error;
  }
}

setRoomSender((entry) => {
  const { clientId, conversationId, accountId, body, replyTo } = entry;
  const room = rooms.get(conversationId);
  if (room?.meId !== accountId || room.opened.connection.status() !== "live") return null;
  const reply = replyTo === null ? {} : { replyTo };
  return carryOut(conversationId, clientId, { type: "message.send", clientId, body, ...reply }).then(
    (ack) => {
      if (!ack) throw lostError();
      return ack;
    },
  );
});

function openRoom(conversationId: string, meId: string): Room {
  const placeKey = `${meId}:${conversationId}`;
  const deps = conversationRoomDeps(conversationId, meId, {
    poll: (position) => pollConversation(conversationId, position),
    // Without the messages it counted, a position is worth nothing.
    loadPosition: () =>
      queryClient.getQueryData(chatKeys.history(conversationId)) ? (positions.get(placeKey) ?? null) : null,
    savePosition: (position) => {
      if (position) positions.set(placeKey, position);
      else positions.delete(placeKey);
    },
    readAgoMs: () => historyReadAgoMs(conversationId),
  });
  const room: Room = {
    meId,
    holders: 0,
    isOpen: true,
    replies: createReplies(clock),
    opened: openConnection(`conversation:${conversationId}`, deps, {
      onEvent: (event) => hearEvent(conversationId, room, event),
      onSignal: (signal) => hearSignal(conversationId, room, signal),
      onRefused: (refusal) => room.replies.refuse(refusal),
      onResync: () => void readAgain(conversationId, room, placeKey),
      onWelcome: () => {
        for (const listener of listeners) listener.onWelcome(meId, conversationId);
        hurryPosts(conversationId);
        void outboxOf(meId).wake();
      },
      onStatus: (status) => {
        if (status !== "live") {
          room.replies.lose();
          typingPeople.forget(conversationId);
        }
        // Not in it any more: its page asks and hears so.
        if (status === "ended") void refetchConversation(conversationId).catch(() => {});
      },
    }),
  };
  return room;
}

function hearEvent(conversationId: string, room: Room, event: RoomEvent): void {
  const hearer = { meId: room.meId, isWatching: isWatched(conversationId) };
  applyConversationEvent(queryClient, conversationId, event, hearer);
  if (event.type !== "message.created" && event.type !== "message.changed") return;
  const { clientId, senderId, seq, id, createdAt } = event.data as Message;
  if (senderId === room.meId) {
    for (const listener of listeners) listener.onOwnMessage(room.meId, conversationId, seq);
    if (!clientId) return;
    room.replies.settle(clientId, { clientId, seq, id, at: createdAt });
    outboxOf(room.meId).confirm([clientId]);
  } else {
    if (senderId) typingPeople.note(conversationId, senderId, false);
    if (event.type === "message.created") noteDelivered(room.meId, conversationId, seq);
  }
}

function hearSignal(conversationId: string, room: Room, signal: Signal): void {
  switch (signal.type) {
    case "typing.changed":
      if (signal.data.userId !== room.meId) {
        typingPeople.note(conversationId, signal.data.userId, signal.data.isTyping);
      }
      break;
    case "message.acked":
      room.replies.settle(signal.data.clientId, signal.data);
      break;
    case "command.done":
      room.replies.settle(signal.data.ref, null);
      break;
    case "conversation.typing":
    case "presence.changed":
    case "nearby.changed":
      break;
    default:
      signal satisfies never;
  }
}

/** The room cannot say what was missed: the newest page and the roster, tried until they are read. */
async function readAgain(conversationId: string, room: Room, placeKey: string): Promise<void> {
  for (let attempt = 0; room.isOpen; attempt += 1) {
    try {
      const history = await readNewest(conversationId);
      queryClient.setQueryData<History>(chatKeys.history(conversationId), history);
      await refetchConversation(conversationId);
      return;
    } catch (error) {
      if (!isTransient(error)) break;
      await new Promise((resolve) => setTimeout(resolve, backoffDelayMs(attempt + 1, Math.random)));
    }
  }
  // Left or refused before it was read: whoever comes back must not go on from here.
  positions.delete(placeKey);
}
