/**
 * Who may do what in a conversation: the rows of the access matrix that need people in every relation to
 * it. Ann created the group and is its admin.
 */
import { randomUUID } from "node:crypto";
import { setRelation } from "./api-actions.ts";
import { asPerson, newPerson, type Person, serviceRows, sessionCookie } from "./api-clients.ts";
import { answerRequest, openConversation, sendMessage } from "./conversation-actions.ts";

export type ChatColumn =
  | "owner"
  | "member"
  | "blockedMember"
  | "requested"
  | "declined"
  | "left"
  | "exMember"
  | "stranger"
  | "anonymous"
  | "expired"
  | "foreign";
export const chatColumns: readonly ChatColumn[] = [
  "owner",
  "member",
  "blockedMember",
  "requested",
  "declined",
  "left",
  "exMember",
  "stranger",
  "anonymous",
  "expired",
  "foreign",
];

export type ConversationFixture = {
  ann: Person;
  conversation: string;
  /** The sequence number of a message that Ann sent. */
  seq: number;
  /** A member without a column of its own. */
  other: Person;
  /** Not a member. */
  outsider: Person;
  actor: Pick<Person, "cookie"> | null;
};

export type ChatRow = {
  path: (fixture: ConversationFixture) => string;
  body?: (fixture: ConversationFixture) => unknown;
  /** Only members get past 404; without a valid session every request gets 401. */
  may: Partial<Record<ChatColumn, number>>;
};

const SIGNED_IN_ONLY = { anonymous: 401, expired: 401, foreign: 401 };
const NOT_IN_IT = { declined: 404, left: 404, exMember: 404, stranger: 404, ...SIGNED_IN_ONLY };
/** Every member, also before accepting. A block between two members does not exclude either from the group. */
const IN_IT = (status: number) => ({
  owner: status,
  member: status,
  blockedMember: status,
  requested: status,
  ...NOT_IN_IT,
});
const ADMINS = (status: number) => ({ ...IN_IT(403), owner: status });
const ANYBODY = (status: number) => ({
  ...IN_IT(status),
  declined: status,
  left: status,
  exMember: status,
  stranger: status,
});

const at = (end: string) => (fixture: ConversationFixture) =>
  `/api/conversations/${fixture.conversation}${end}`;

export const conversationRows: Record<string, ChatRow> = {
  "GET /api/conversations": { path: () => "/api/conversations", may: ANYBODY(200) },
  "GET /api/conversations/unread-count": {
    path: () => "/api/conversations/unread-count",
    may: ANYBODY(200),
  },
  "POST /api/conversations": {
    path: () => "/api/conversations",
    body: ({ ann }) => ({ participantIds: [ann.id] }),
    may: { ...ANYBODY(201), owner: 400, blockedMember: 404 },
  },
  "GET /api/conversations/{id}": { path: at(""), may: IN_IT(200) },
  "PATCH /api/conversations/{id}": { path: at(""), body: () => ({ name: "x" }), may: ADMINS(200) },
  "PUT /api/conversations/{id}/silence": {
    path: at("/silence"),
    body: () => ({ isMuted: true }),
    may: IN_IT(200),
  },
  /** A member may take a decline or a leave back; who was removed has no access. */
  "PUT /api/conversations/{id}/request": {
    path: at("/request"),
    body: () => ({ accept: true }),
    may: { ...IN_IT(200), declined: 200, left: 200 },
  },
  "POST /api/conversations/{id}/participants": {
    path: at("/participants"),
    body: ({ outsider }) => ({ ids: [outsider.id] }),
    may: ADMINS(200),
  },
  "DELETE /api/conversations/{id}/participants/{userId}": {
    path: (fixture) => at(`/participants/${fixture.other.id}`)(fixture),
    may: ADMINS(204),
  },
  "PUT /api/conversations/{id}/participants/{userId}/role": {
    path: (fixture) => at(`/participants/${fixture.other.id}/role`)(fixture),
    body: () => ({ role: "admin" }),
    may: ADMINS(200),
  },
  "GET /api/conversations/{id}/messages": { path: at("/messages"), may: IN_IT(200) },
  /** An invited member accepts first. */
  "POST /api/conversations/{id}/messages": {
    path: at("/messages"),
    body: () => ({ clientId: randomUUID(), body: "x" }),
    may: { ...IN_IT(201), requested: 403 },
  },
  "PATCH /api/conversations/{id}/messages/{seq}": {
    path: (fixture) => at(`/messages/${fixture.seq}`)(fixture),
    body: () => ({ body: "x" }),
    may: ADMINS(200),
  },
  "DELETE /api/conversations/{id}/messages/{seq}": {
    path: (fixture) => at(`/messages/${fixture.seq}`)(fixture),
    may: ADMINS(200),
  },
  /** A member cannot react to a message that is hidden from them. */
  "PUT /api/conversations/{id}/messages/{seq}/reactions": {
    path: (fixture) => at(`/messages/${fixture.seq}/reactions`)(fixture),
    body: () => ({ emoji: "👍", isOn: true }),
    may: { ...IN_IT(200), blockedMember: 404, requested: 403 },
  },
  "POST /api/conversations/{id}/read": { path: at("/read"), body: () => ({ seq: 1 }), may: IN_IT(204) },
  "GET /api/conversations/{id}/events": { path: at("/events"), may: IN_IT(200) },
  "GET /api/messages/search": { path: () => "/api/messages/search?q=words", may: ANYBODY(200) },
};

/** 101: the socket is accepted. */
export const conversationRoomRow: ChatRow = {
  path: ({ conversation }) => `/parties/conversation-room/${conversation}`,
  may: IN_IT(101),
};

/** A person who is a member because they follow Ann, or invited because they do not. */
async function newMember(ann: Person, conversation: string, follows: boolean): Promise<Person> {
  const member = await newPerson("Member");
  if (follows) await setRelation(member, "follow", ann);
  const answer = await asPerson(ann).post(`/api/conversations/${conversation}/participants`, {
    ids: [member.id],
  });
  if (answer.status !== 200) throw new Error(`adding: ${answer.status} ${answer.text}`);
  return member;
}

/** Prepares one cell of the matrix, with its actor in the column's relation. */
export async function createAccessFixture(column: ChatColumn): Promise<ConversationFixture> {
  const [ann, other, outsider] = [await newPerson("Ann"), await newPerson("Other"), await newPerson("Out")];
  await setRelation(other, "follow", ann);
  const { id } = await openConversation(ann, [other], "A group");
  const { seq } = await sendMessage(ann, id, "Words");
  const actor = await actorOf(column, ann, id);
  return { ann, other, outsider, conversation: id, seq, actor };
}

async function actorOf(column: ChatColumn, ann: Person, id: string): Promise<ConversationFixture["actor"]> {
  if (column === "owner") return ann;
  if (column === "anonymous") return null;
  if (column === "foreign") return { cookie: sessionCookie("a".repeat(32), "another Plaza's secret") };
  if (column === "stranger") return newPerson("Stranger");
  const actor = await newMember(ann, id, column !== "requested" && column !== "declined");
  const out = `/api/conversations/${id}/participants/${actor.id}`;
  if (column === "blockedMember") await setRelation(ann, "block", actor);
  if (column === "declined") await answerRequest(actor, id, false);
  if (column === "left") await asPerson(actor).delete(out);
  if (column === "exMember") await asPerson(ann).delete(out);
  if (column === "expired")
    await serviceRows("update sessions set expires_at = now() where id = $1", [actor.sessionId]);
  return actor;
}
