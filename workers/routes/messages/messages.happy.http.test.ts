import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { setRelation } from "../../../bench/testing/api-actions.ts";
import {
  asPerson,
  newPerson,
  onAnotherDevice,
  type Person,
  serviceRows,
} from "../../../bench/testing/api-clients.ts";
import {
  inBrowser,
  messagesReceived,
  newGroup,
  newPair,
  openChat,
  openConversation,
  polledSchema,
  readAll,
  readConversation,
  readPage,
  sendMessage,
  sendOverSocket,
  textsOf,
  waitForMessage,
} from "../../../bench/testing/conversation-actions.ts";
import { pageOf, view } from "../../../bench/testing/response-assertions.ts";
import { openSocket, USER_ROOM } from "../../../bench/testing/sockets.ts";
import { foundMessageSchema, messageSchema } from "../../../db/views/conversation.view.ts";
import { conversationEventSchema } from "../../../party/protocol/conversation-events.ts";
import { userEventSchema } from "../../../party/protocol/user-events.ts";

const found = async (person: Person, q: string) =>
  view(
    pageOf(foundMessageSchema),
    await asPerson(person).get(`/api/messages/search?q=${encodeURIComponent(q)}`),
  ).items;
const poll = async (person: Person, id: string, after?: string) =>
  view(
    polledSchema,
    await asPerson(person).get(
      `/api/conversations/${id}/events${after === undefined ? "" : `?after=${after}`}`,
      inBrowser(person),
    ),
  );
const stored = (id: string) =>
  serviceRows<{ seq: number; content: string }>(
    "select seq::int, content from messages where conversation_id = $1 order by seq",
    [id],
  );

test("two people without sockets exchange messages over HTTP alone, in one order", async () => {
  const { ann, ben, id } = await newPair();
  const acks = [
    await sendMessage(ann, id, "Hello"),
    await sendMessage(ben, id, "Hi"),
    await sendMessage(ann, id, "  How are you? \r\n Well?  ", { replyTo: 2 }),
  ];
  expect(acks.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  const [anns, bens] = [await readAll(ann, id), await readAll(ben, id)];
  expect(anns).toEqual(bens);
  expect(textsOf(anns)).toEqual(["Hello", "Hi", "How are you? \n Well?"]);
  for (const [i, message] of anns.entries()) {
    const { at: createdAt, ...ack } = acks[i] ?? {};
    expect(message).toMatchObject({ ...ack, createdAt, conversationId: id, version: 1 });
  }
  expect(anns[2]).toMatchObject({ senderId: ann.id, replyTo: 2, isDeleted: false, isHidden: false });
  await expect.poll(async () => (await stored(id)).map(({ content }) => content)).toEqual(textsOf(anns));
});

test("one person by socket and one over HTTP get the same order, every message once", async () => {
  const { ann, ben, id } = await newPair();
  const socket = await openChat(ann, id);
  const first = await sendOverSocket(socket, "by socket");
  const second = await sendMessage(ben, id, "over HTTP");
  const third = await sendOverSocket(socket, "by socket again");
  expect([first, second, third].map(({ seq }) => seq)).toEqual([1, 2, 3]);
  await waitForMessage(socket, "by socket again");
  expect(messagesReceived(socket)).toEqual(["by socket", "over HTTP", "by socket again"]);
  expect(socket.received("message.created").map((data) => messageSchema.parse(data))).toEqual(
    await readAll(ben, id),
  );
  for (const { type, data } of socket.events) conversationEventSchema.parse({ type, data });
});

test("R3: many concurrent messages, by socket and over HTTP, have one order without gaps for everyone", async () => {
  const { people, id } = await newGroup(["Ann", "Ben", "Cem"]);
  const sockets = await Promise.all(people.map((person) => openChat(person, id)));
  const sent = people.flatMap((person, i) =>
    Array.from({ length: 8 }, (_, n) => {
      const socket = sockets[i];
      const body = `${person.name} ${n}`;
      return socket && n % 2 === 0 ? sendOverSocket(socket, body) : sendMessage(person, id, body);
    }),
  );
  const acks = await Promise.all(sent);
  expect(new Set(acks.map(({ seq }) => seq)).size).toBe(24);
  const [ann] = people;
  if (!ann) throw new Error("fixture has no people");
  const all = await readAll(ann, id);
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, i) => i + 1));
  for (const socket of sockets) {
    await socket.until((each) => messagesReceived(each).length === 24);
    expect(messagesReceived(socket)).toEqual(textsOf(all));
  }
});

test("R2: the same client id is one message with the same acknowledgement, sequentially and concurrently, by socket and over HTTP", async () => {
  const { ann, ben, id } = await newPair();
  const clientId = randomUUID();
  const socket = await openChat(ann, id);
  const acks = await Promise.all([
    sendMessage(ann, id, "once", { clientId }),
    sendMessage(ann, id, "once", { clientId }),
    sendOverSocket(socket, "once", { clientId }),
  ]);
  acks.push(await sendMessage(ann, id, " once ", { clientId }));
  expect(new Set(acks.map((ack) => JSON.stringify(ack))).size).toBe(1);
  expect(textsOf(await readAll(ben, id))).toEqual(["once"]);
  // The same client id of another sender is another message.
  const other = await sendMessage(ben, id, "once", { clientId });
  expect(other.seq).toBe(2);
});

test("history older than the room keeps is read from Postgres, in the same pages and the same order", async () => {
  // So many senders that none of them reaches the rate limit.
  const { people, id } = await newGroup(["Ann", "Ben", "Cleo", "Dov", "Emi"]);
  const [, ben] = people;
  if (!ben) throw new Error("unreachable: no person");
  const COUNT = 620;
  const sayNth = (nth: number) => {
    const speaker = people[nth % people.length] ?? ben;
    return sendMessage(speaker, id, `m ${nth}`, nth === 615 ? { replyTo: 1 } : {});
  };
  const before = (await readAll(ben, id)).length;
  for (let i = before; i < COUNT; i += 20)
    await Promise.all(Array.from({ length: Math.min(20, COUNT - i) }, (_, n) => sayNth(i + n)));
  await expect.poll(async () => (await stored(id)).length).toBe(COUNT);
  const all = await readAll(ben, id, { limit: 70 });
  expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: COUNT }, (_, i) => i + 1));
  const old = await readPage(ben, id, "?before=41&limit=20");
  expect(old.items).toEqual(all.slice(20, 40).reverse());
  const across = await readPage(ben, id, "?before=130&limit=100");
  expect(across.items).toEqual(all.slice(29, 129).reverse());
  const newest = await readPage(ben, id, "?limit=10");
  expect(newest.quoted).toEqual(
    all.slice(0, 1).filter(() => newest.items.some(({ replyTo }) => replyTo === 1)),
  );
});

test("a page includes the messages that its items reply to, and the first messages have no cursor", async () => {
  const { ann, ben, id } = await newPair();
  for (const body of ["1", "2", "3"]) await sendMessage(ann, id, body);
  await sendMessage(ben, id, "to the first", { replyTo: 1 });
  await sendMessage(ben, id, "to the one before", { replyTo: 4 });
  const page = await readPage(ann, id, "?limit=2");
  expect(page.items.map(({ body }) => body)).toEqual(["to the one before", "to the first"]);
  expect(page.quoted.map(({ body }) => body)).toEqual(["1"]);
  expect(page.nextCursor).toBe("4");
  const rest = await readPage(ann, id, "?limit=3&before=4");
  expect(rest).toMatchObject({ nextCursor: null, quoted: [] });
  expect(textsOf(rest.items)).toEqual(["3", "2", "1"]);
});

test("edit, reaction and deletion events equal a fresh read, from Postgres too; a deleted body is stored nowhere", async () => {
  const { ann, ben, id } = await newPair();
  const [mine, his] = [await openChat(ann, id), await openChat(ben, id)];
  const [edited, liked, regretted] = [
    await sendMessage(ann, id, "frist"),
    await sendMessage(ann, id, "nice one"),
    await sendMessage(ann, id, "regretted words"),
  ];
  await expect.poll(async () => (await stored(id)).length).toBe(3);
  mine.sendCommand({ type: "message.edit", ref: "1", seq: edited.seq, body: "first" });
  his.sendCommand({ type: "message.react", ref: "2", seq: liked.seq, emoji: "❤️", isOn: true });
  mine.sendCommand({ type: "message.delete", ref: "3", seq: regretted.seq });
  await mine.signal("command.done", ({ ref }) => ref === "3");
  await his.signal("command.done", ({ ref }) => ref === "2");
  await his.waitFor("message.changed", 3);
  const all = await readAll(ben, id);
  expect(all[0]).toMatchObject({ body: "first", editedAt: expect.any(String), version: 2 });
  expect(all[1]).toMatchObject({ reactions: [{ emoji: "❤️", userIds: [ben.id] }] });
  expect(all[2]).toMatchObject({ body: "", isDeleted: true });
  const changed = his.received("message.changed").map((data) => messageSchema.parse(data));
  expect(changed.sort((a, b) => a.seq - b.seq)).toEqual(all);
  await expect
    .poll(async () => (await stored(id)).map(({ content }) => content))
    .toEqual(["first", "nice one", ""]);
  const [leak] = await serviceRows(
    `select count(*)::int as count from messages m where m::text like '%regretted%' and conversation_id = $1`,
    [id],
  );
  expect(leak).toEqual({ count: 0 });
  await expect
    .poll(async () => (await readConversation(ben, id)).lastMessage)
    .toMatchObject({
      preview: "",
      isDeleted: true,
    });
  expect(await found(ann, "regretted")).toEqual([]);
  const back = await openChat(ben, id, {
    position: { epoch: (await his.frame("room.welcome")).epoch, seq: 0 },
  });
  await back.until(({ frames }) => frames.length > 1);
  expect(JSON.stringify(back.frames)).not.toContain("regretted");
});

test("polling returns the events that a socket receives, from the same log (R4)", async () => {
  const { ann, ben, id } = await newPair();
  const start = await poll(ben, id);
  const socket = await openChat(ben, id);
  await sendMessage(ann, id, "one");
  await sendMessage(ann, id, "two");
  await waitForMessage(socket, "two");
  const next = await poll(ben, id, `${start.epoch}:${start.seq}`);
  const isMessage = ({ type }: { type: string }) => type === "message.created";
  expect((next.events ?? []).filter(isMessage)).toEqual(socket.events.filter(isMessage));
  expect(await poll(ben, id, `${next.epoch}:${next.seq}`)).toMatchObject({ seq: next.seq, events: [] });
  expect(await poll(ben, id, `${randomUUID()}:0`)).toMatchObject({ resync: true });
});

test("a member without the conversation open receives conversation.touched in the user room, equal to a fresh read", async () => {
  const { ann, ben, id } = await newPair();
  const [laptop, phone] = [
    await openSocket(ben, USER_ROOM),
    await openSocket(await onAnotherDevice(ben), USER_ROOM),
  ];
  await sendMessage(ann, id, "Are you there?");
  const conversationUpdate = (socket: typeof laptop) =>
    socket.until((each) =>
      each
        .received("conversation.touched")
        .map((data) => userEventSchema.parse({ type: "conversation.touched", data }))
        .flatMap((event) => (event.type === "conversation.touched" ? [event.data] : []))
        .find(({ conversation }) => conversation.lastMessage?.preview === "Are you there?"),
    );
  const event = await conversationUpdate(laptop);
  expect(await conversationUpdate(phone)).toEqual(event);
  const read = await readConversation(ben, id);
  const { rev, lastSeq, lastMessage, readSeq, unread } = read;
  expect(event.conversation).toMatchObject({ id, rev, lastSeq, lastMessage, readSeq, unread });
  expect(event.totals.unread).toBe(1);
});

test("typing signals reach other members only, and end", async () => {
  const { ann, ben, id } = await newPair();
  const [mine, his] = [await openChat(ann, id), await openChat(ben, id)];
  mine.sendCommand({ type: "typing.start" });
  expect(await his.signal("typing.changed")).toEqual({ userId: ann.id, isTyping: true });
  mine.sendCommand({ type: "typing.stop" });
  await his.signal("typing.changed", ({ isTyping }) => !isTyping);
  expect(mine.signals.filter(({ type }) => type === "typing.changed")).toEqual([]);
});

test("delivered and read pointers are published to the sender and never move back", async () => {
  const { ann, ben, id } = await newPair();
  const [mine, his] = [await openChat(ann, id), await openChat(ben, id)];
  const { seq } = await sendMessage(ann, id, "one");
  await sendMessage(ann, id, "two");
  his.sendCommand({ type: "receipt.delivered", seq });
  his.sendCommand({ type: "receipt.read", seq });
  const receipt = await mine.until((each) =>
    each
      .received("receipt.moved")
      .map(Object)
      .find((data) => data.userId === ben.id && data.readSeq === seq),
  );
  expect(receipt).toMatchObject({ userId: ben.id, readSeq: seq, readAt: expect.any(String) });
  expect(receipt.deliveredSeq).toBeGreaterThanOrEqual(seq);
  his.sendCommand({ type: "receipt.read", seq: 1 });
  const reader = (await readConversation(ann, id)).participants.find((each) => each.id === ben.id);
  expect(reader).toMatchObject({ readSeq: seq });
});

test("search finds messages of the viewer's own conversations, newest first, with the matches marked", async () => {
  const { ann, ben, id } = await newPair();
  await sendMessage(ann, id, "We meet at the old mill on Sunday");
  await sendMessage(ben, id, "The mill it is");
  await sendMessage(ann, id, "Bring bread");
  await expect
    .poll(async () => (await found(ben, "mill")).map(({ snippet }) => snippet))
    .toEqual(["The [[mill]] it is", "We meet at the old [[mill]] on Sunday"]);
  expect(textsOf(await found(ben, "old sun"))).toEqual(["We meet at the old mill on Sunday"]);
  expect(await found(await newPerson("Stranger"), "mill")).toEqual([]);
  const pages = await asPerson(ann).get("/api/messages/search?q=mill&limit=1");
  const { items, nextCursor } = view(pageOf(foundMessageSchema), pages);
  expect(textsOf(items)).toEqual(["The mill it is"]);
  const rest = await asPerson(ann).get(`/api/messages/search?q=mill&limit=1&cursor=${nextCursor}`);
  expect(textsOf(view(pageOf(foundMessageSchema), rest).items)).toEqual([
    "We meet at the old mill on Sunday",
  ]);
});

test("search in one conversation finds only its messages", async () => {
  const { ann, ben, id } = await newPair();
  const { people, id: group } = await newGroup(["Cem", "Ann"]);
  const [cem] = people;
  if (!cem) throw new Error("fixture has no people");
  await sendMessage(ben, id, "The heron stood still");
  await sendMessage(cem, group, "A heron flew");
  await expect.poll(async () => (await found(ann, "heron")).length).toBe(1);
  await expect.poll(async () => (await found(cem, "heron")).length).toBe(1);
  const inOne = await asPerson(ann).get(`/api/messages/search?q=heron&conversationId=${id}`);
  expect(textsOf(view(pageOf(foundMessageSchema), inOne).items)).toEqual(["The heron stood still"]);
});

test("a member added later can read earlier messages, and none of them is unread", async () => {
  const { people, id } = await newGroup(["Ann", "Ben"]);
  const [ann] = people;
  const late = await newPerson("Late");
  if (!ann) throw new Error("fixture has no people");
  await setRelation(late, "follow", ann);
  await sendMessage(ann, id, "before");
  await expect.poll(async () => (await stored(id)).length).toBe(2);
  await asPerson(ann).post(`/api/conversations/${id}/participants`, { ids: [late.id] });
  await expect.poll(async () => textsOf(await readAll(late, id))).toEqual(["before"]);
  expect((await readConversation(late, id)).unread).toBe(0);
});

test("two conversations of one person do not share messages", async () => {
  const { ann, ben, id } = await newPair();
  const cem = await newPerson("Cem");
  await setRelation(cem, "follow", ann);
  const other = (await openConversation(ann, [cem])).id;
  await sendMessage(ann, id, "for Ben");
  await sendMessage(ann, other, "for Cem");
  expect(textsOf(await readAll(ben, id))).toEqual(["for Ben"]);
  expect(textsOf(await readAll(cem, other))).toEqual(["for Cem"]);
});

test("edits, deletions and reactions over HTTP are published to sockets", async () => {
  const { ann, ben, id } = await newPair();
  const socket = await openChat(ben, id);
  const { seq } = await sendMessage(ann, id, "Helo");
  const change = (person: Person, method: string, end: string, body?: unknown) =>
    asPerson(person).raw(
      method,
      `/api/conversations/${id}/messages/${seq}${end}`,
      body === undefined ? undefined : JSON.stringify(body),
      inBrowser(person),
    );
  const edited = view(messageSchema, await change(ann, "PATCH", "", { body: "Hello" }));
  expect(edited).toMatchObject({ seq, body: "Hello", version: 2, editedAt: expect.any(String) });
  const emoji = "👍";
  const liked = view(messageSchema, await change(ben, "PUT", "/reactions", { emoji, isOn: true }));
  expect(liked.reactions).toEqual([{ emoji, userIds: [ben.id] }]);
  // Repeating the reaction changes nothing.
  expect(view(messageSchema, await change(ben, "PUT", "/reactions", { emoji, isOn: true }))).toEqual(liked);
  const unliked = view(messageSchema, await change(ben, "PUT", "/reactions", { emoji, isOn: false }));
  expect(unliked.reactions).toEqual([]);
  const gone = view(messageSchema, await change(ann, "DELETE", ""));
  expect(gone).toMatchObject({ seq, body: "", isDeleted: true });
  expect(view(messageSchema, await change(ann, "DELETE", ""))).toEqual(gone);
  const received = () => socket.received("message.changed").map((data) => messageSchema.parse(data));
  await expect.poll(() => received().length).toBe(4);
  expect(received()).toEqual([edited, liked, unliked, gone]);
  expect(await readAll(ann, id)).toEqual([gone]);
});
