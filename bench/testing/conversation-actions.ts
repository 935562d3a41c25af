/**
 * People in conversations: messages over HTTP and over sockets. Each action must succeed; answers are parsed
 * strictly.
 *
 * @example
 * const { ann, ben, id } = await newPair();
 * await sendMessage(ann, id, "Hello");
 * const socket = await openChat(ben, id);
 * const ack = await sendOverSocket(socket, "Hello to you");
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import {
  type Conversation,
  conversationSchema,
  type Message,
  type MessageAck,
  messageAckSchema,
  messageSchema,
} from "../../db/views/conversation.view.ts";
import { envelopeSchema } from "../../party/protocol/envelope.ts";
import { setRelation } from "./api-actions.ts";
import { type Answer, asPerson, newPerson, type Person, thisPlaza } from "./api-clients.ts";
import { pageOf, view } from "./response-assertions.ts";
import { conversationRoom, openSocket, type RoomSocket } from "./sockets.ts";

/** The person as a browser that names its account: its session is recognised without Postgres. */
export const inBrowser = (person: Person) => ({ headers: { "X-Plaza-Account": person.id } });

export async function openConversation(
  opener: Person,
  others: readonly Person[],
  name?: string,
  target = thisPlaza(),
): Promise<Conversation> {
  const body = { participantIds: others.map(({ id }) => id), ...(name === undefined ? {} : { name }) };
  const answer = await asPerson(opener, target).post("/api/conversations", body);
  return view(conversationSchema, answer, answer.status === 200 ? 200 : 201);
}

/** Ann and Ben in their direct conversation, accepted by both: Ben follows Ann, who opened it. */
export async function newPair(target = thisPlaza()): Promise<{ ann: Person; ben: Person; id: string }> {
  const [ann, ben] = [await newPerson("Ann", target), await newPerson("Ben", target)];
  await setRelation(ben, "follow", ann, true, target);
  return { ann, ben, id: (await openConversation(ann, [ben], undefined, target)).id };
}

/** A group of the first person's, which all others have accepted: they follow its admin. */
export async function newGroup(
  names: readonly [string, ...string[]],
  target = thisPlaza(),
): Promise<{ people: Person[]; id: string }> {
  const people = await Promise.all(names.map((name) => newPerson(name, target)));
  const [admin, ...others] = people;
  if (!admin) throw new Error("newGroup needs at least one name");
  for (const other of others) await setRelation(other, "follow", admin, true, target);
  return { people, id: (await openConversation(admin, others, "A group", target)).id };
}

export async function readConversation(
  person: Person,
  id: string,
  target = thisPlaza(),
): Promise<Conversation> {
  return view(conversationSchema, await asPerson(person, target).get(`/api/conversations/${id}`));
}

export const answerRequest = (person: Person, id: string, accept: boolean, target = thisPlaza()) =>
  asPerson(person, target).put(`/api/conversations/${id}/request`, { accept });

export type MessageOverrides = { clientId?: string; replyTo?: number };

/** Sends over HTTP and returns any answer. */
export const trySendMessage = (
  person: Person,
  id: string,
  body: string,
  overrides: MessageOverrides = {},
  target = thisPlaza(),
): Promise<Answer> =>
  asPerson(person, target).post(
    `/api/conversations/${id}/messages`,
    { clientId: randomUUID(), body, ...overrides },
    inBrowser(person),
  );

/** Sends over HTTP. Must succeed. */
export async function sendMessage(
  person: Person,
  id: string,
  body: string,
  overrides: MessageOverrides = {},
  target = thisPlaza(),
): Promise<MessageAck> {
  return view(messageAckSchema, await trySendMessage(person, id, body, overrides, target), 201);
}

export const messagePage = pageOf(messageSchema).extend({ quoted: z.array(messageSchema) });

/** A log as polling returns it. */
export const polledSchema = z.object({
  epoch: z.string(),
  seq: z.int(),
  events: z.array(envelopeSchema).optional(),
  resync: z.literal(true).optional(),
});

/** A page as `query` asks, newest first. */
export async function readPage(person: Person, id: string, query = "", target = thisPlaza()) {
  const path = `/api/conversations/${id}/messages${query}`;
  return view(messagePage, await asPerson(person, target).get(path, inBrowser(person)));
}

/** All messages, oldest first, by pages of `limit`. */
export async function readAll(
  person: Person,
  id: string,
  { limit = 100, target = thisPlaza() } = {},
): Promise<Message[]> {
  const found: Message[] = [];
  for (let before = ""; ; ) {
    const { items, nextCursor } = await readPage(person, id, `?limit=${limit}${before}`, target);
    found.push(...items);
    if (nextCursor === null) return found.reverse();
    before = `&before=${nextCursor}`;
  }
}

/** The texts that people sent, without the conversation's notices. */
export const textsOf = (messages: readonly Message[]): string[] =>
  messages.filter(({ kind }) => kind === "text").map(({ body }) => body);

/** Opens the conversation's socket of this person's browser and waits for its welcome. */
export const openChat = (
  person: Person,
  id: string,
  {
    position,
    target = thisPlaza(),
  }: { position?: { epoch: string; seq: number }; target?: { url: string } } = {},
): Promise<RoomSocket> => {
  const from = position ? `&epoch=${position.epoch}&seq=${position.seq}` : "";
  return openSocket(person, `${conversationRoom(id)}?account=${person.id}${from}`, { target });
};

/** Sends over a socket and waits for the acknowledgement. */
export function sendOverSocket(
  socket: RoomSocket,
  body: string,
  overrides: MessageOverrides = {},
): Promise<MessageAck> {
  const clientId = overrides.clientId ?? randomUUID();
  const command = { type: "message.send", ...overrides, clientId, body };
  socket.sendCommand(command);
  return socket.signal("message.acked", (ack) => ack.clientId === clientId);
}

/** The texts that a socket received as new messages. */
export const messagesReceived = (socket: RoomSocket): string[] =>
  textsOf(socket.received("message.created").map((data) => messageSchema.parse(data)));

/** Waits until the socket received a new message with this text and returns the message. */
export const waitForMessage = (socket: RoomSocket, body: string): Promise<Message> =>
  socket.until(
    (each) =>
      each
        .received("message.created")
        .map((data) => messageSchema.parse(data))
        .find((message) => message.body === body),
    `a message with the text ${JSON.stringify(body)}`,
  );
