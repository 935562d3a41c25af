/**
 * Statements that insert the demo conversations: members, then the messages and pointers as a batch of the
 * room.
 */
import { type SQL, sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import type { ConversationPayload, StoredMessage } from "../views/conversation-snapshot.view.ts";
import { storeConversation } from "../writes/conversations.writes.ts";
import type { DemoConversation, DemoMessage } from "./demo.types.ts";
import { demoConversations } from "./demo-conversations.ts";

interface Accounts {
  idOf(handle: string): string;
  nameOf(handle: string): string;
  /** A UUIDv7 with this timestamp. */
  idAt(milliseconds: number): string;
}

const MINUTE_MS = 60_000;
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Statements for one batch as plaza_service, after the accounts were inserted. */
export const insertConversations = (accounts: Accounts, nowMs: number): Statement<unknown>[] =>
  demoConversations.flatMap((each) => insertConversation(each, accounts, nowMs));

function insertConversation(
  conversation: DemoConversation,
  accounts: Accounts,
  nowMs: number,
): Statement<unknown>[] {
  const { idOf } = accounts;
  const times = timesOf(conversation, nowMs);
  const openedMs = (times[0] ?? nowMs) - MINUTE_MS;
  const id = accounts.idAt(openedMs);
  const pair = conversation.name === null ? conversation.members.map(idOf).toSorted().join(":") : null;
  const at = (milliseconds: number): SQL => sql`${iso(milliseconds)}::timestamptz`;
  return [
    statement(sql`insert into conversations (id, kind, name, pair_key, created_by, created_at, updated_at)
      values (${id}, ${pair ? "direct" : "group"}, ${conversation.name}, ${pair}, ${idOf(conversation.openedBy)}, ${at(openedMs)}, ${at(openedMs)})`),
    ...conversation.members.map((handle, position) =>
      statement(sql`insert into conversation_participants (conversation_id, user_id, role, state, joined_at)
        values (${id}, ${idOf(handle)}, ${conversation.admins?.includes(handle) ? "admin" : "member"},
          ${conversation.requested === handle ? "requested" : "accepted"}, ${at(openedMs + position)})`),
    ),
    storeConversation(id, payload(conversation, times, openedMs, accounts)),
  ];
}

/** Time of each message in milliseconds, computed backwards from the newest. */
function timesOf({ messages, ended }: DemoConversation, nowMs: number): number[] {
  let at = nowMs - ended * MINUTE_MS;
  return messages
    .toReversed()
    .map(([, minutesLater]) => {
      const sentAt = at;
      at -= minutesLater * MINUTE_MS + 7_000;
      return sentAt;
    })
    .toReversed();
}

function payload(
  conversation: DemoConversation,
  times: readonly number[],
  openedMs: number,
  accounts: Accounts,
): ConversationPayload {
  const opening = conversation.name === null ? [] : [notice(conversation, openedMs, accounts)];
  const sent = conversation.messages.map((each, at) =>
    message(each, opening.length + at + 1, times[at] ?? 0, accounts),
  );
  const messages = [...opening, ...sent];
  const lastSeq = messages.length;
  const pointers = conversation.members.map((handle) => {
    const unread = conversation.unread?.[handle] ?? 0;
    const readSeq = lastSeq - unread;
    const timeOf = (seq: number) => (seq > 0 ? (messages[seq - 1]?.createdAt ?? null) : null);
    return {
      userId: accounts.idOf(handle),
      deliveredSeq: lastSeq,
      deliveredAt: timeOf(lastSeq),
      readSeq,
      readAt: timeOf(readSeq),
      unread,
    };
  });
  return { messages, pointers };
}

function notice(
  conversation: DemoConversation,
  atMs: number,
  { idOf, nameOf, idAt }: Accounts,
): StoredMessage {
  const people = conversation.members
    .filter((handle) => handle !== conversation.openedBy)
    .map((handle) => ({ id: idOf(handle), handle, name: nameOf(handle) }));
  return {
    ...plain(1, atMs, idAt(atMs)),
    senderId: idOf(conversation.openedBy),
    kind: "notice",
    body: "",
    notice: { type: "created", people, name: conversation.name },
  };
}

function message(
  [by, , text, more = {}]: DemoMessage,
  seq: number,
  atMs: number,
  accounts: Accounts,
): StoredMessage {
  const reactions = Object.fromEntries(
    Object.entries(more.reactions ?? {}).map(([emoji, handles]) => [emoji, handles.map(accounts.idOf)]),
  );
  return {
    ...plain(seq, atMs, accounts.idAt(atMs)),
    senderId: accounts.idOf(by),
    clientId: accounts.idAt(atMs),
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
