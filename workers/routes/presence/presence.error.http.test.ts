import { expect, test } from "vitest";
import { asPerson, newPerson } from "../../../bench/testing/api-clients.ts";
import { refused } from "../../../bench/testing/response-assertions.ts";
import { openSocket, USER_ROOM } from "../../../bench/testing/sockets.ts";

const ids = (count: number) => Array.from({ length: count }, () => crypto.randomUUID());

test.each([
  ["no ids", {}],
  ["more than 200", { ids: ids(201) }],
  ["no UUIDs", { ids: ["ann"] }],
  ["something else besides", { ids: [], viewerId: crypto.randomUUID() }],
  ["a list", []],
])("a question with %s is refused", async (_what, body) => {
  const ann = asPerson(await newPerson("Ann"));
  refused(await ann.post("/api/presence/query", body), 400, "VALIDATION_FAILED");
});

test.each([
  ["nothing", {}],
  ["an unknown audience", { audience: "friends" }],
  ["more than 500 chosen", { chosen: ids(501) }],
  ["no list", { chosen: "everyone" }],
  ["something else besides", { audience: "nobody", userId: crypto.randomUUID() }],
])("settings with %s are refused, and nothing changes", async (_what, body) => {
  const ann = asPerson(await newPerson("Ann"));
  refused(await ann.patch("/api/me/presence", body), 400, "VALIDATION_FAILED");
  expect((await ann.get("/api/me/presence")).body).toMatchObject({ audience: "everyone", chosen: [] });
});

test.each([
  ["no cell", {}],
  ["too wide a cell", { cell: "u4p" }],
  ["too narrow a cell", { cell: "u4pruyd" }],
  ["letters no geohash has", { cell: "ailo" }],
  ["capitals", { cell: "U4PR" }],
  ["coordinates", { latitude: 57.64911, longitude: 10.40744 }],
  ["coordinates besides", { cell: "u4pru", latitude: 57.64911, longitude: 10.40744 }],
])("sharing %s is refused, and nothing is shared", async (_what, body) => {
  const ann = asPerson(await newPerson("Ann"));
  refused(await ann.put("/api/nearby", body), 400, "VALIDATION_FAILED");
  expect((await ann.get("/api/nearby")).body).toEqual({ cell: null, expiresAt: null, people: [] });
});

test("people who do not exist, and oneself, are left out of those one chooses", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const answer = await asPerson(ann).patch("/api/me/presence", { chosen: [ben.id, ann.id, ...ids(2)] });
  expect(answer.body).toMatchObject({ chosen: [ben.id] });
});

test("taking back what was never shared is no error", async () => {
  const ann = asPerson(await newPerson("Ann"));
  for (let n = 0; n < 2; n += 1) expect((await ann.delete("/api/nearby")).status).toBe(200);
});

test("a socket's command to watch more than 200 people is refused; the socket stays", async () => {
  const socket = await openSocket(await newPerson("Ann"), USER_ROOM);
  socket.send(JSON.stringify({ type: "presence.watch", ids: ids(201) }));
  expect((await socket.frame("room.error")).code).toBe("MALFORMED_FRAME");
  socket.send(JSON.stringify({ type: "head" }));
  await socket.frame("room.head");
});
