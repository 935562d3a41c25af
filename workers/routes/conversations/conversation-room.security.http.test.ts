/** Who may open a socket in a conversation's room, and how soon sockets close after access ends. */
import { expect, test } from "vitest";
import { enter, newAccount } from "../../../bench/testing/accounts.ts";
import { setRelation } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, onAnotherDevice } from "../../../bench/testing/api-clients.ts";
import {
  messagesReceived,
  newGroup,
  newPair,
  openChat,
  openConversation,
  sendMessage,
  sendOverSocket,
  waitForMessage,
} from "../../../bench/testing/conversation-actions.ts";
import { delivered, refused } from "../../../bench/testing/response-assertions.ts";
import {
  type Closing,
  conversationRoom,
  openSocket,
  type RoomSocket,
  refusedUpgrade,
} from "../../../bench/testing/sockets.ts";

const WITHIN_MS = 1_000;

function closesWithin({ closed }: RoomSocket): Promise<Closing> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`still open after ${WITHIN_MS} ms`)), WITHIN_MS).unref();
  });
  return Promise.race([closed, late]);
}

test.each([
  ["a foreign", "https://evil.example"],
  ["no", null],
  ["the null", "null"],
])("S sockets: an upgrade with %s Origin is refused", async (_what, origin) => {
  const { ann, id } = await newPair();
  refused(await refusedUpgrade(ann, conversationRoom(id), { origin }), 403, "BAD_ORIGIN");
});

test("only members can open a socket, with any session and any claimed account", async () => {
  const { ann, id } = await newPair();
  const stranger = await newPerson("Stranger");
  refused(await refusedUpgrade(null, conversationRoom(id)), 401, "UNAUTHENTICATED");
  refused(await refusedUpgrade(stranger, conversationRoom(id)), 404, "NOT_FOUND");
  const claimed = `${conversationRoom(id)}?account=${ann.id}`;
  refused(await refusedUpgrade(stranger, claimed), 401, "SESSION_EXPIRED");
  refused(await refusedUpgrade(ann, conversationRoom(crypto.randomUUID())), 404, "NOT_FOUND");
  refused(await refusedUpgrade(ann, conversationRoom("1")), 404, "NOT_FOUND");
  const headers = {
    "x-plaza-user-id": ann.id,
    "x-plaza-viewer-id": ann.id,
    "x-plaza-session-id": ann.sessionId,
  };
  refused(await refusedUpgrade(stranger, conversationRoom(id), { headers }), 404, "NOT_FOUND");
});

test("an id in capitals is the same conversation and the same room, over HTTP and by socket", async () => {
  const { ann, ben, id } = await newPair();
  const socket = await openChat(ben, id.toUpperCase());
  expect((await sendMessage(ann, id.toUpperCase(), "shouted")).seq).toBe(1);
  expect((await sendMessage(ann, id, "said")).seq).toBe(2);
  await waitForMessage(socket, "said");
  expect(messagesReceived(socket)).toEqual(["shouted", "said"]);
});

test("R9: a removed member's socket closes within a second; the others' stay open", async () => {
  const { people, id } = await newGroup(["Ann", "Ben", "Cem"]);
  const [ann, ben, cem] = people;
  if (!ann || !ben || !cem) throw new Error("fixture has too few people");
  const [bens, cems] = [await openChat(ben, id), await openChat(cem, id)];
  expect((await asPerson(ann).delete(`/api/conversations/${id}/participants/${ben.id}`)).status).toBe(204);
  expect(await closesWithin(bens)).toMatchObject({ code: 4403 });
  refused(await refusedUpgrade(ben, conversationRoom(id)), 404, "NOT_FOUND");
  await sendMessage(ann, id, "without Ben");
  await waitForMessage(cems, "without Ben");
});

test("R9: leaving or declining closes the sockets of every device within a second", async () => {
  const { ann, id } = await newPair();
  const sockets = [await openChat(ann, id), await openChat(await onAnotherDevice(ann), id)];
  expect((await asPerson(ann).delete(`/api/conversations/${id}/participants/${ann.id}`)).status).toBe(204);
  for (const socket of sockets) expect(await closesWithin(socket)).toMatchObject({ code: 4403 });
  const [cem, dan] = [await newPerson("Cem"), await newPerson("Dan")];
  const asked = (await openConversation(cem, [dan])).id;
  const dans = await openChat(dan, asked);
  await asPerson(dan).put(`/api/conversations/${asked}/request`, { accept: false });
  expect(await closesWithin(dans)).toMatchObject({ code: 4403 });
});

test("R9: signing out closes this device's conversation sockets within a second; another device's stay open", async () => {
  const account = await newAccount();
  const [laptop, phone] = [await enter(account), await enter(account)];
  const ben = await newPerson("Ben");
  await setRelation(ben, "follow", laptop);
  const { id } = await openConversation(laptop, [ben]);
  const [gone, kept] = [await openChat(laptop, id), await openChat(phone, id)];
  expect((await asPerson(laptop).post("/api/auth/sign-out", {})).status).toBe(200);
  expect(await closesWithin(gone)).toMatchObject({ code: 4401 });
  refused(
    await refusedUpgrade(laptop, `${conversationRoom(id)}?account=${laptop.id}`),
    401,
    "SESSION_EXPIRED",
  );
  await sendMessage(ben, id, "still there?");
  await waitForMessage(kept, "still there?");
});

test("R9: a block closes a direct conversation for both within a second, sockets too; unblocking opens it again", async () => {
  const { ann, ben, id } = await newPair();
  const [anns, bens] = [await openChat(ann, id), await openChat(ben, id)];
  await sendOverSocket(bens, "before");
  await waitForMessage(anns, "before");
  await setRelation(ann, "block", ben);
  await delivered();
  for (const [socket, clientId] of [
    [anns, crypto.randomUUID()],
    [bens, crypto.randomUUID()],
  ] as const) {
    socket.sendCommand({ type: "message.send", clientId, body: "after" });
    const error = await socket.until(({ frames }) =>
      frames.find((frame) => frame.type === "room.error" && "ref" in frame && frame.ref === clientId),
    );
    expect(error).toMatchObject({ code: "FORBIDDEN" });
  }
  bens.sendCommand({ type: "typing.start" });
  await setRelation(ann, "block", ben, false);
  await delivered();
  await sendOverSocket(bens, "again");
  await waitForMessage(anns, "again");
  expect(anns.signals.filter(({ type }) => type === "typing.changed")).toEqual([]);
});

test("invalid frames get an error code; a flood of frames closes its own socket only", async () => {
  const { ann, ben, id } = await newPair();
  const [anns, bens] = [await openChat(ann, id), await openChat(ben, id)];
  anns.send("{");
  anns.sendCommand({ type: "message.send", clientId: "1", body: "x" });
  anns.sendCommand({ type: "message.shout" });
  anns.sendCommand({ type: "message.send", clientId: crypto.randomUUID(), body: "x", seq: 1 });
  const errors = await anns.until(({ frames }) => {
    const found = frames.filter((frame) => frame.type === "room.error");
    return found.length === 4 && found;
  });
  expect(errors.map((error) => "code" in error && error.code)).toEqual([
    "MALFORMED_FRAME",
    "MALFORMED_FRAME",
    "UNKNOWN_COMMAND",
    "MALFORMED_FRAME",
  ]);
  for (let i = 0; i < 200; i += 1) anns.sendCommand({ type: "typing.start" });
  expect(await anns.closed).toMatchObject({ code: 1008 });
  await sendOverSocket(bens, "unharmed");
});

test("events on a socket show of people only what everyone may see", async () => {
  const { ann, ben, id } = await newPair();
  const socket = await openSocket(ben, `${conversationRoom(id)}?account=${ben.id}`);
  await sendMessage(ann, id, "words");
  await waitForMessage(socket, "words");
  expect(JSON.stringify([socket.frames, socket.signals])).not.toMatch(/@example\.com|birth|token|sessionId/);
});
