/** The demo conversations as rooms would have handed them over, with everybody's place in them. */
import { type SQL, sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import type { ConversationPayload, StoredMessage } from "../views/conversation-snapshot.view.ts";
import { storeConversation } from "../writes/conversations.writes.ts";
import { type Chat, chats, type Line } from "./chats.ts";

interface Cast {
  idOf(handle: string): string;
  nameOf(handle: string): string;
  /** A UUIDv7 made at this moment. */
  idAt(milliseconds: number): string;
}

const MINUTE_MS = 60_000;
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** For one batch as plaza_service, after the people are there. */
export const chatted = (cast: Cast, nowMs: number): Statement<unknown>[] =>
  chats.flatMap((chat) => conversation(chat, cast, nowMs));

function conversation(chat: Chat, cast: Cast, nowMs: number): Statement<unknown>[] {
  const { idOf } = cast;
  const times = timesOf(chat, nowMs);
  const openedMs = (times[0] ?? nowMs) - MINUTE_MS;
  const id = cast.idAt(openedMs);
  const pair = chat.name === null ? chat.people.map(idOf).toSorted().join(":") : null;
  const at = (milliseconds: number): SQL => sql`${iso(milliseconds)}::timestamptz`;
  return [
    statement(sql`insert into conversations (id, kind, name, pair_key, created_by, created_at, updated_at)
      values (${id}, ${pair ? "direct" : "group"}, ${chat.name}, ${pair}, ${idOf(chat.openedBy)}, ${at(openedMs)}, ${at(openedMs)})`),
    ...chat.people.map((handle, place) =>
      statement(sql`insert into conversation_participants (conversation_id, user_id, role, state, joined_at)
        values (${id}, ${idOf(handle)}, ${chat.admins?.includes(handle) ? "admin" : "member"},
          ${chat.asked === handle ? "requested" : "accepted"}, ${at(openedMs + place)})`),
    ),
    storeConversation(id, payload(chat, times, openedMs, cast)),
  ];
}

/** When each line was said, counted back from the last. */
function timesOf({ lines, ended }: Chat, nowMs: number): number[] {
  let at = nowMs - ended * MINUTE_MS;
  return lines
    .toReversed()
    .map(([, minutesLater]) => {
      const said = at;
      at -= minutesLater * MINUTE_MS + 7_000;
      return said;
    })
    .toReversed();
}

function payload(chat: Chat, times: readonly number[], openedMs: number, cast: Cast): ConversationPayload {
  const opening = chat.name === null ? [] : [notice(chat, openedMs, cast)];
  const said = chat.lines.map((line, at) => message(line, opening.length + at + 1, times[at] ?? 0, cast));
  const messages = [...opening, ...said];
  const lastSeq = messages.length;
  const pointers = chat.people.map((handle) => {
    const unread = chat.unread?.[handle] ?? 0;
    const readSeq = lastSeq - unread;
    const reached = (seq: number) => (seq > 0 ? (messages[seq - 1]?.createdAt ?? null) : null);
    return {
      userId: cast.idOf(handle),
      deliveredSeq: lastSeq,
      deliveredAt: reached(lastSeq),
      readSeq,
      readAt: reached(readSeq),
      unread,
    };
  });
  return { messages, pointers };
}

function notice(chat: Chat, atMs: number, { idOf, nameOf, idAt }: Cast): StoredMessage {
  const people = chat.people
    .filter((handle) => handle !== chat.openedBy)
    .map((handle) => ({ id: idOf(handle), handle, name: nameOf(handle) }));
  return {
    ...plain(1, atMs, idAt(atMs)),
    senderId: idOf(chat.openedBy),
    kind: "notice",
    body: "",
    notice: { type: "created", people, name: chat.name },
  };
}

function message([by, , text, more = {}]: Line, seq: number, atMs: number, cast: Cast): StoredMessage {
  const reactions = Object.fromEntries(
    Object.entries(more.reactions ?? {}).map(([emoji, handles]) => [emoji, handles.map(cast.idOf)]),
  );
  return {
    ...plain(seq, atMs, cast.idAt(atMs)),
    senderId: cast.idOf(by),
    clientId: cast.idAt(atMs),
    kind: "text",
    body: text,
    notice: null,
    replyTo: more.answers ? seq - more.answers : null,
    reactions,
  };
}

const plain = (seq: number, atMs: number, id: string) => ({
  id,
  seq,
  clientId: null,
  replyTo: null,
  reactions: {},
  isDeleted: false,
  editedAt: null,
  version: 1,
  createdAt: iso(atMs),
});
