/**
 * Conversations when something dies or hangs: the Worker by SIGKILL, Postgres by a Neon proxy that does not
 * respond.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type RunningPlaza, startPlaza } from "../../bench/harness/plaza.ts";
import { asPerson, newPerson, serviceRows, type Target } from "../../bench/testing/api-clients.ts";
import {
  messagesReceived,
  newPair,
  openChat,
  readAll,
  readPage,
  sendMessage,
  sendOverSocket,
  textsOf,
  trySendMessage,
  waitForMessage,
} from "../../bench/testing/conversation-actions.ts";
import { refused } from "../../bench/testing/response-assertions.ts";
import { conversationRoom, openSocket, refusedUpgrade, USER_ROOM } from "../../bench/testing/sockets.ts";

/** R6 promises two seconds, which a bench measures; this only excludes waiting for the room's own timeout. */
const FAILS_WITHIN_MS = 5_000;

let plaza: RunningPlaza;
let at: Target;

beforeAll(async () => {
  plaza = await startPlaza({ rateLimitFactor: 10_000 });
  at = { url: plaza.url, database: plaza.database };
});
afterEach(async () => {
  await plaza.server?.neonProxy.setFault("none");
});
afterAll(async () => plaza?.stop());

const neonProxy = () => {
  if (!plaza.server) throw new Error("this Plaza has no Neon proxy of its own");
  return plaza.server.neonProxy;
};
const roundTripsSoFar = async () => {
  const tally = await neonProxy().tally();
  return Object.values(tally).reduce((sum, count) => sum + count, 0);
};
/** Without those of the archive, which writes messages and read pointers seconds after the request that caused them. */
const roundTripsOfRequests = async () =>
  Object.fromEntries(
    Object.entries(await neonProxy().tally()).filter(([name]) => !name.includes("store_conversation")),
  );
const stored = async (id: string) =>
  (
    await serviceRows<{ content: string }>(
      "select content from messages where conversation_id = $1 order by seq",
      [id],
      at,
    )
  ).map(({ content }) => content);

test("R1, R2: after the Worker dies behind an acknowledgement no message is lost or duplicated, and the order continues", async () => {
  const { ann, ben, id } = await newPair(at);
  const socket = await openChat(ann, id, { target: at });
  const { epoch, seq } = await socket.frame("room.welcome");
  const sent: string[] = [];
  for (let kill = 0; kill < 3; kill += 1) {
    const clientId = randomUUID();
    for (let i = 0; i < 5; i += 1) {
      sent.push(`${kill}.${i}`);
      await sendMessage(i % 2 === 0 ? ann : ben, id, `${kill}.${i}`, i === 4 ? { clientId } : {}, at);
    }
    await plaza.kill();
    await plaza.restart();
    // A client without a response sends again.
    const again = await sendMessage(ann, id, `${kill}.4`, { clientId }, at);
    expect(again.seq).toBe(sent.length);
  }
  const all = await readAll(ben, id, { target: at });
  expect(textsOf(all)).toEqual(sent);
  expect(all.map(({ seq }) => seq)).toEqual(sent.map((_, i) => i + 1));
  await expect.poll(() => stored(id)).toEqual(sent);
  const back = await openChat(ben, id, { target: at, position: { epoch, seq } });
  await back.until((each) => messagesReceived(each).length === sent.length);
  expect(messagesReceived(back)).toEqual(sent);
});

test("R11: once the session is verified, sockets, messages and reads need no round trip to Postgres", async () => {
  const { ann, ben, id } = await newPair(at);
  for (const person of [ann, ben]) {
    await (await openSocket(person, `${USER_ROOM}?account=${person.id}`, { target: at })).close();
    await (await openChat(person, id, { target: at })).close();
  }
  await sendMessage(ann, id, "warm", {}, at);
  await expect.poll(() => stored(id)).toEqual(["warm"]);
  const reconnect = async () => {
    const own = await openSocket(ann, `${USER_ROOM}?account=${ann.id}`, { target: at });
    const chat = await openChat(ann, id, { target: at });
    await readPage(ann, id, "?limit=20", at);
    await Promise.all([own.close(), chat.close()]);
  };
  // An account's room reads its list of conversations once, when a page first opens beside a conversation.
  await reconnect();
  await expect
    .poll(async () => Object.keys(await roundTripsOfRequests()).join())
    .toContain("conversation_summaries");
  const before = await roundTripsSoFar();
  const requestsBefore = await roundTripsOfRequests();
  for (let i = 0; i < 5; i += 1) await reconnect();
  expect(await roundTripsOfRequests()).toEqual(requestsBefore);
  // The archive flushes in batches: fewer round trips than messages.
  const socket = await openChat(ann, id, { target: at });
  for (let i = 0; i < 15; i += 1) await sendOverSocket(socket, `${i}`);
  await expect.poll(async () => (await stored(id)).length).toBe(16);
  await sleep(1_000);
  const tally = await neonProxy().tally();
  const asViewer = Object.entries(tally).filter(([name]) => name.startsWith("plaza_app"));
  expect((await roundTripsSoFar()) - before, JSON.stringify(asViewer)).toBeLessThan(15);
});

test("R6: with Postgres hung an open conversation goes on; requests that need Postgres fail in time; afterwards all is stored", async () => {
  const { ann, ben, id } = await newPair(at);
  const [anns, bens] = [await openChat(ann, id, { target: at }), await openChat(ben, id, { target: at })];
  await sendOverSocket(anns, "before");
  const stranger = await newPerson("Stranger", at);
  await neonProxy().setFault("hang");
  await sendOverSocket(anns, "by socket");
  await sendMessage(ben, id, "over HTTP", {}, at);
  await waitForMessage(bens, "over HTTP");
  expect(textsOf(await readAll(ben, id, { target: at }))).toEqual(["before", "by socket", "over HTTP"]);
  const back = await openChat(ben, id, { target: at });
  await sendOverSocket(back, "come back");
  const slow: [string, () => Promise<{ status: number; headers: Headers }>][] = [
    ["list", () => asPerson(ann, at).get("/api/conversations")],
    ["one", () => asPerson(ann, at).get(`/api/conversations/${id}`)],
    ["search", () => asPerson(ann, at).get("/api/messages/search?q=before")],
    ["an unknown session", () => asPerson(stranger, at).get(`/api/conversations/${id}/messages`)],
    ["an unknown session's socket", () => refusedUpgrade(stranger, conversationRoom(id), { target: at })],
    ["a room that was never loaded", () => trySendMessage(ann, randomUUID(), "x", {}, at)],
  ];
  for (const [what, ask] of slow) {
    const started = performance.now();
    const answer = await ask();
    expect(answer.status, what).toBe(503);
    expect(answer.headers.get("retry-after"), what).not.toBeNull();
    expect(performance.now() - started, what).toBeLessThan(FAILS_WITHIN_MS);
  }
  refused(await trySendMessage(ann, randomUUID(), "x", {}, at), 503, "UNAVAILABLE");
  await neonProxy().setFault("none");
  await expect.poll(() => stored(id)).toEqual(["before", "by socket", "over HTTP", "come back"]);
});
